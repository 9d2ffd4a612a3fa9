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
