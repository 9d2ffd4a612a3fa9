import { countRows, type RowBlocks } from './distances.ts';

const CAPACITY_FACTOR = 4;

/** Row numbers with the least ranks, as they come; at most four times `size` of them are held. */
class LowestRanks {
  #size: number;
  #count = 0;
  #rows: Uint32Array;
  #ranks: Float64Array;
  /** ranks from here on cannot be among them */
  limit = Number.POSITIVE_INFINITY;

  constructor(size: number) {
    this.#size = size;
    this.#rows = new Uint32Array(CAPACITY_FACTOR * size + 2);
    this.#ranks = new Float64Array(CAPACITY_FACTOR * size + 2);
  }

  /** @param rank below `limit` */
  add(row: number, rank: number): void {
    this.#rows[this.#count] = row;
    this.#ranks[this.#count] = rank;
    this.#count += 1;
    if (this.#count === this.#rows.length) this.#cut();
  }

  /** In the order of their ranks, and the least rank of those left out: Infinity when there are none. */
  result(): { rows: Uint32Array; next: number } {
    this.#cut();
    const order = Uint32Array.from({ length: this.#count }, (_, n) => n).sort(
      (a, b) => this.#ranks[a]! - this.#ranks[b]! || this.#rows[a]! - this.#rows[b]!,
    );
    return { rows: order.subarray(0, this.#size).map((n) => this.#rows[n]!), next: this.limit };
  }

  /** Leaves the `size` least and the next one, whose rank is the limit. */
  #cut(): void {
    if (this.#count <= this.#size) return;
    const sorted = this.#ranks.slice(0, this.#count).sort();
    const limit = sorted[this.#size]!;
    let ties = this.#size + 1 - sorted.indexOf(limit);
    let kept = 0;
    for (let n = 0; n < this.#count; n += 1) {
      const rank = this.#ranks[n]!;
      if (rank > limit || (rank === limit && --ties < 0)) continue;
      this.#rows[kept] = this.#rows[n]!;
      this.#ranks[kept] = rank;
      kept += 1;
    }
    this.#count = kept;
    this.limit = limit;
  }
}

/**
 * The rows with the least keys, in the order of their keys: with random keys a random sample in random order.
 * @param keys one per row
 */
export function drawUniformSample(rows: RowBlocks, keys: Float64Array, size: number): Float64Array {
  const least = new LowestRanks(size);
  for (let i = 0; i < keys.length; i += 1) if (keys[i]! < least.limit) least.add(i, keys[i]!);
  return copyRows(rows, least.result().rows);
}

/**
 * A sample that stands for all rows in sums of squared distances even when a few rows make up most of them: rows
 * far from the middle are likelier to be in it and weigh less. Likelihoods go with ½ + ½ d² / mean d² (the
 * lightweight coreset of Bachem, Lucic and Krause, KDD 2018), drawn by priority sampling (Duffield, Lund and Thorup,
 * J. ACM 54, 2007), which is unbiased whatever middle and mean d² are taken.
 * @param keys one per row, uniform in [0, 1)
 * @param some rows to take the middle and the mean d² from
 */
export function drawCoreset(
  rows: RowBlocks,
  keys: Float64Array,
  size: number,
  some: Float64Array,
): RowBlocks {
  const { width, blocks } = rows;
  if (countRows(rows) <= size) return { width, blocks: [drawUniformSample(rows, keys, size)] };
  const { middle, spread } = computeMoments(some, width);
  const importance = (block: Float64Array, at: number) => {
    let squared = 0;
    for (let j = 0; j < width; j += 1) {
      const d = block[at + j]! - middle[j]!;
      squared += d * d;
    }
    return 0.5 + (0.5 * squared) / spread;
  };
  const least = new LowestRanks(size);
  let i = 0;
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += width, i += 1) {
      const rank = keys[i]! / importance(block, at);
      if (rank < least.limit) least.add(i, rank);
    }
  }
  const { rows: picked, next } = least.result();
  const sample = copyRows(rows, picked);
  const weights = Float64Array.from(picked, (_, n) =>
    Math.max(1, 1 / (next * importance(sample, n * width))),
  );
  return { width, blocks: [sample], weights };
}

function computeMoments(rows: Float64Array, width: number): { middle: Float64Array; spread: number } {
  const count = rows.length / width;
  const middle = new Float64Array(width);
  let squares = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const x = rows[at]!;
    middle[at % width]! += x / count;
    squares += (x * x) / count;
  }
  return { middle, spread: middle.reduce((left, mean) => left - mean * mean, squares) || 1 };
}

/** Copies of some rows, in the order of their numbers in `picked`. */
function copyRows({ width, blocks }: RowBlocks, picked: Uint32Array): Float64Array {
  const copies = new Float64Array(picked.length * width);
  const ascending = Uint32Array.from(picked.keys()).sort((a, b) => picked[a]! - picked[b]!);
  let [n, first] = [0, 0];
  for (const block of blocks) {
    const end = first + block.length / width;
    for (; n < ascending.length && picked[ascending[n]!]! < end; n += 1) {
      const at = (picked[ascending[n]!]! - first) * width;
      copies.set(block.subarray(at, at + width), ascending[n]! * width);
    }
    first = end;
  }
  return copies;
}
