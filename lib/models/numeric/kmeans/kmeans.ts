import { kmeans as lloyd } from 'ml-kmeans';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { countRows, type RowBlocks } from './distances.ts';
import { type Clustering, hamerly, MAX_ITERATIONS, TOLERANCE } from './hamerly.ts';
import { kmeansPlusPlusInit } from './kmeans-plus-plus.ts';
import { improveByRandomSwaps } from './random-swap.ts';
import { drawCoreset, drawUniformSample } from './row-sample.ts';

const STARTS = 10;
const SCREENING_ROWS = 4_096;
const SCREENING_ITERATIONS = 20;
const FINALISTS = 3;
/** Rows that the finalists are compared on. */
export const FINALIST_ROWS = 20_480;
// Inertias closer than this are those of one and the same solution.
const SAME_INERTIA = 1e-4;
const ROUGH_TOLERANCE = 1e-3;
// Streams of random numbers of their own.
const START_SEED_STEP = 7_919;
const SWAP_SEED_STEP = 104_729;

export interface KmeansOptions {
  /** from 1 to 256, and at most the number of different rows */
  k: number;
  seed: number;
  /** a random number in [0, 1) for each row, which decides the samples; from the seed and the order by default */
  keys?: Float64Array;
  /** of the last look, which is at all rows; 300 by default */
  maxIterations?: number;
}

/**
 * K-means in three looks, in a few passes over all rows. First ten k-means++ starts, refined by ml-kmeans on a sample
 * of 4,096. Then the best three on a weighted sample of 20,480, which also sees outliers: the best of them, once no
 * swap of a centre betters it. Last this one on all rows, by Hamerly's algorithm. The same rows, keys and seed give
 * the same result. `iterations` and `converged` are of the last look: the ones before only choose where it starts.
 */
export function kmeans(
  rows: RowBlocks,
  { k, seed, keys = drawKeys(rows, seed), maxIterations = MAX_ITERATIONS }: KmeansOptions,
): Clustering {
  const few = drawUniformSample(rows, keys, SCREENING_ROWS);
  const more = drawCoreset(rows, keys, FINALIST_ROWS, few);
  const starts = screenStarts({ width: rows.width, blocks: [few] }, k, seed);
  const best = starts
    .map((centres) => hamerly(more, centres, ROUGH_TOLERANCE))
    .reduce((least, one) => (one.inertia < least.inertia ? one : least));
  const found = improveByRandomSwaps(more, best, ROUGH_TOLERANCE, seededRandom(seed + SWAP_SEED_STEP));
  return hamerly(rows, found.centres, TOLERANCE, maxIterations);
}

/** The centres of the best few different solutions on a sample, best first. */
function screenStarts(sample: RowBlocks, k: number, seed: number): Float64Array[] {
  const { width } = sample;
  const rows = toNestedRows(sample.blocks[0]!, width);
  const found = Array.from({ length: STARTS }, (_, n) => {
    const start = kmeansPlusPlusInit(sample, k, seededRandom(seed + START_SEED_STEP * (n + 1)));
    const { clusters, centroids } = lloyd(rows, k, {
      initialization: toNestedRows(start, width),
      maxIterations: SCREENING_ITERATIONS,
    });
    return { centroids, inertia: computeInertia(rows, clusters, centroids) };
  }).sort((a, b) => a.inertia - b.inertia);
  const different = found.filter(
    ({ inertia }, n) => n === 0 || inertia > found[n - 1]!.inertia * (1 + SAME_INERTIA),
  );
  return different.slice(0, FINALISTS).map(({ centroids }) => Float64Array.from(centroids.flat()));
}

function drawKeys(rows: RowBlocks, seed: number): Float64Array {
  const random = seededRandom(seed);
  const keys = new Float64Array(countRows(rows));
  for (let i = 0; i < keys.length; i += 1) keys[i] = random();
  return keys;
}

const toNestedRows = (rows: Float64Array, width: number): number[][] =>
  Array.from({ length: rows.length / width }, (_, i) =>
    Array.from(rows.subarray(i * width, (i + 1) * width)),
  );

function computeInertia(rows: number[][], labels: readonly number[], centres: number[][]): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!;
    const centre = centres[labels[i]!]!;
    for (let j = 0; j < row.length; j += 1) sum += (row[j]! - centre[j]!) ** 2;
  }
  return sum;
}
