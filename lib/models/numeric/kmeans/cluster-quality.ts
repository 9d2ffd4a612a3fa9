import { squaredDistance } from './distances.ts';

/**
 * Mean silhouette width of each of several clusterings of the same rows: how much nearer a row is to its own cluster
 * than to the next, from −1 to 1; 0 for a row that is alone in its cluster. Peter Rousseeuw, Silhouettes, Journal of
 * Computational and Applied Mathematics 20, 1987. The distances, whose number is the square of the rows', are computed
 * once for all clusterings.
 * @param rows one after the other, `width` numbers each; a sample of at most some thousands
 * @param clusterings labels from 0 to k − 1, at least two of them in use
 */
export function computeSilhouettes(
  rows: Float64Array,
  width: number,
  clusterings: readonly { k: number; labels: Uint8Array }[],
): number[] {
  const count = rows.length / width;
  const distances = new Float64Array(count);
  const sizes = clusterings.map(({ k, labels }) => {
    const size = new Float64Array(k);
    for (const label of labels) size[label]! += 1;
    return size;
  });
  const totals = new Float64Array(clusterings.length);
  const sums = clusterings.map(({ k }) => new Float64Array(k));
  for (let i = 0; i < count; i += 1) {
    for (let other = 0; other < count; other += 1) {
      distances[other] = Math.sqrt(squaredDistance(rows, i * width, rows, other * width, width));
    }
    for (let n = 0; n < clusterings.length; n += 1) {
      const { labels } = clusterings[n]!;
      const sum = sums[n]!.fill(0);
      for (let other = 0; other < count; other += 1) sum[labels[other]!]! += distances[other]!;
      totals[n]! += silhouetteWidth(sum, sizes[n]!, labels[i]!);
    }
  }
  return Array.from(totals, (total) => total / count);
}

/** One row's silhouette width, from the sums of its distances to the rows of each cluster. */
function silhouetteWidth(sums: Float64Array, sizes: Float64Array, own: number): number {
  if (sizes[own] === 1) return 0;
  const within = sums[own]! / (sizes[own]! - 1);
  let next = Number.POSITIVE_INFINITY;
  for (let c = 0; c < sums.length; c += 1) {
    if (c !== own && sizes[c]! > 0) next = Math.min(next, sums[c]! / sizes[c]!);
  }
  const longer = Math.max(within, next);
  return longer === 0 || longer === Number.POSITIVE_INFINITY ? 0 : (next - within) / longer;
}

/**
 * Adjusted Rand index of two labelings of the same rows: 1 is the same partition, 0 what chance would give, below 0
 * less than that. Lawrence Hubert and Phipps Arabie, Comparing partitions, Journal of Classification 2, 1985.
 * @throws RangeError when the labelings differ in length
 */
export function adjustedRandIndex(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  if (a.length !== b.length) {
    throw new RangeError(`two labelings of the same rows, not of ${a.length} and ${b.length}`);
  }
  const both = new Map<unknown, Map<unknown, number>>();
  const ofB = new Map<unknown, number>();
  for (let i = 0; i < a.length; i += 1) {
    const row = both.get(a[i]) ?? new Map<unknown, number>();
    if (row.size === 0) both.set(a[i], row);
    row.set(b[i], (row.get(b[i]) ?? 0) + 1);
    ofB.set(b[i], (ofB.get(b[i]) ?? 0) + 1);
  }
  let [together, inA] = [0, 0];
  for (const row of both.values()) {
    let size = 0;
    for (const count of row.values()) {
      together += countPairs(count);
      size += count;
    }
    inA += countPairs(size);
  }
  let inB = 0;
  for (const count of ofB.values()) inB += countPairs(count);
  const expected = (inA * inB) / Math.max(countPairs(a.length), 1);
  const most = (inA + inB) / 2;
  // Both put all in one group, or each in its own: the same partition.
  return most === expected ? 1 : (together - expected) / (most - expected);
}

const countPairs = (n: number): number => (n * (n - 1)) / 2;
