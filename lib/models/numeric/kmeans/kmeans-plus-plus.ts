import { type RowBlocks, squaredDistance } from './distances.ts';

/**
 * Starting centres far from each other: greedy k-means++. Each next centre is the best of 2 + ln k rows drawn with
 * chances in proportion to their weight and their squared distance from the centres so far. David Arthur and Sergei
 * Vassilvitskii, k-means++, SODA 2007; the greedy choice is theirs too.
 * @param sample rows in one block, at least k different ones
 * @param random uniform in [0, 1)
 * @returns k × width
 */
export function kmeansPlusPlusInit(sample: RowBlocks, k: number, random: () => number): Float64Array {
  const { width } = sample;
  const rows = sample.blocks[0]!;
  const count = rows.length / width;
  const weights = sample.weights ?? new Float64Array(count).fill(1);
  const tries = 2 + Math.floor(Math.log(k));
  const centres = new Float64Array(k * width);
  // By row: weight × squared distance to the nearest centre so far, and the same with one more that is tried.
  let left = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let best = new Float64Array(count);
  let tried = new Float64Array(count);

  const reach = (from: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i += 1) {
      const d = weights[i]! * squaredDistance(rows, i * width, rows, from * width, width);
      const near = d < left[i]! ? d : left[i]!;
      tried[i] = near;
      sum += near;
    }
    return sum;
  };

  let total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let c = 0; c < k; c += 1) {
    let [bestRow, bestTotal] = [0, Number.POSITIVE_INFINITY];
    for (let n = 0; n < (c === 0 ? 1 : tries); n += 1) {
      const row = drawWeighted(c === 0 ? weights : left, random() * total);
      const sum = reach(row);
      if (sum >= bestTotal) continue;
      [bestRow, bestTotal] = [row, sum];
      [best, tried] = [tried, best];
    }
    centres.set(rows.subarray(bestRow * width, (bestRow + 1) * width), c * width);
    [left, best] = [best, left];
    total = bestTotal;
  }
  return centres;
}

/** The row at which the running sum of the weights passes `at`; never one without weight. */
export function drawWeighted(weights: Float64Array, at: number): number {
  let [left, last] = [at, 0];
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    left -= weight;
    last = i;
    if (left < 0) break;
  }
  return last;
}
