/**
 * All that least squares needs to know of many rows [X y]: the triangular factor of the QR of the centred columns,
 * and their means. Its size depends on the number of columns only.
 */
export interface Reduction {
  rows: number;
  /** X and y */
  width: number;
  /** one value of each column, from which its mean is counted, so that a column far from 0 loses no digits */
  origins: Float64Array;
  /** mean − origin of each column */
  means: Float64Array;
  /** upper triangle, row by row, width × width */
  r: Float64Array;
}

/** So many rows are folded in at once: they stay in the processor's cache. */
const BLOCK_ROWS = 256;
const CHUNK_ROWS = 64 * BLOCK_ROWS;

/**
 * Reduces rows to their R factor block by block (TSQR: Demmel, Grigori, Hoemmen and Langou, 2012), each block centred
 * at its own mean and joined by the update of Chan, Golub and LeVeque (1983). A Householder factor of columns that are
 * scaled is the scaled factor, so columns of very different size need no scaling before.
 */
export class Tsqr {
  readonly #width: number;
  readonly #origins: Float64Array;
  readonly #means: Float64Array;
  readonly #r: Float64Array;
  #rows = 0;
  /** a block's columns one after the other; the first entry of each is for the step between the means */
  readonly #block: Float64Array;
  readonly #stride: number;

  /** @param width number of columns, y included */
  constructor(width: number) {
    this.#width = width;
    this.#origins = new Float64Array(width);
    this.#means = new Float64Array(width);
    this.#r = new Float64Array(width * width);
    this.#stride = Math.max(BLOCK_ROWS, width) + 1;
    this.#block = new Float64Array(width * this.#stride);
  }

  /**
   * Folds rows in.
   * @param columns the columns of X and then y, of one length; finite numbers
   */
  add(columns: readonly Float64Array[]): void {
    const length = columns[0]?.length ?? 0;
    if (length > CHUNK_ROWS) {
      // Two levels: each fold rounds the factor so far once, and so there are fewer of them on any row's way.
      for (let from = 0; from < length; from += CHUNK_ROWS) {
        const chunk = new Tsqr(this.#width);
        chunk.add(columns.map((column) => column.subarray(from, from + CHUNK_ROWS)));
        this.addReduction(chunk.reduction());
      }
      return;
    }
    if (length > 0 && this.#rows === 0) {
      for (const [j, column] of columns.entries()) this.#origins[j] = column[0]!;
    }
    for (let from = 0; from < length; from += BLOCK_ROWS) {
      this.#fold(columns, from, Math.min(from + BLOCK_ROWS, length));
    }
  }

  /** Folds in what another reducer made of other rows; the order does not matter but for rounding. */
  addReduction(other: Reduction): void {
    if (other.rows === 0) return;
    if (this.#rows === 0) this.#origins.set(other.origins);
    const width = this.#width;
    const weight = Math.sqrt((this.#rows * other.rows) / (this.#rows + other.rows));
    for (let j = 0; j < width; j += 1) {
      const start = j * this.#stride;
      const mean = other.origins[j]! - this.#origins[j]! + other.means[j]!;
      this.#block[start] = weight * this.#moveMean(j, mean, other.rows);
      for (let i = 0; i < width; i += 1) this.#block[start + 1 + i] = other.r[i * width + j]!;
    }
    this.#rows += other.rows;
    this.#triangulate(width + 1);
  }

  reduction(): Reduction {
    return {
      rows: this.#rows,
      width: this.#width,
      origins: this.#origins.slice(),
      means: this.#means.slice(),
      r: this.#r.slice(),
    };
  }

  #fold(columns: readonly Float64Array[], from: number, to: number): void {
    const rows = to - from;
    const weight = Math.sqrt((this.#rows * rows) / (this.#rows + rows));
    const block = this.#block;
    for (let j = 0; j < this.#width; j += 1) {
      const column = columns[j]!;
      const origin = this.#origins[j]!;
      const start = j * this.#stride;
      let sum = 0;
      for (let i = from, at = start + 1; i < to; i += 1, at += 1) {
        const shifted = column[i]! - origin;
        block[at] = shifted;
        sum += shifted;
      }
      const mean = sum / rows;
      for (let at = start + 1; at <= start + rows; at += 1) block[at]! -= mean;
      block[start] = weight * this.#moveMean(j, mean, rows);
    }
    this.#rows += rows;
    this.#triangulate(rows + 1);
  }

  /** Moves a column's mean by some rows more and answers how far theirs is from the one before. */
  #moveMean(j: number, mean: number, rows: number): number {
    const step = mean - this.#means[j]!;
    this.#means[j]! += (step * rows) / (this.#rows + rows);
    return step;
  }

  /** The R factor of the R so far on top of the block: reflection k touches row k of R and the block only. */
  #triangulate(rows: number): void {
    const width = this.#width;
    const r = this.#r;
    const block = this.#block;
    for (let k = 0; k < width; k += 1) {
      const start = k * this.#stride;
      const end = start + rows;
      const below = dot(block, start, start, rows);
      if (below === 0) continue;
      const top = r[k * width + k]!;
      const length = Math.sqrt(top * top + below);
      const corner = top > 0 ? -length : length;
      const pivot = top - corner;
      const scale = -1 / (corner * pivot);
      r[k * width + k] = corner;
      for (let j = k + 1; j < width; j += 1) {
        const other = j * this.#stride;
        const above = r[k * width + j]!;
        const times = scale * (pivot * above + dot(block, start, other, rows));
        r[k * width + j] = above - times * pivot;
        for (let at = start, to = other; at < end; at += 1, to += 1) block[to]! -= times * block[at]!;
      }
    }
  }
}

/** Sums in four strands: faster, and with less rounding. */
function dot(block: Float64Array, a: number, b: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += block[a + i]! * block[b + i]!;
    s1 += block[a + i + 1]! * block[b + i + 1]!;
    s2 += block[a + i + 2]! * block[b + i + 2]!;
    s3 += block[a + i + 3]! * block[b + i + 3]!;
  }
  for (let i = whole; i < length; i += 1) s0 += block[a + i]! * block[b + i]!;
  return s0 + s1 + (s2 + s3);
}

/** The reduction of the rows of two reductions together. */
export function mergeReductions(a: Reduction, b: Reduction): Reduction {
  const reducer = new Tsqr(a.width);
  reducer.addReduction(a);
  reducer.addReduction(b);
  return reducer.reduction();
}
