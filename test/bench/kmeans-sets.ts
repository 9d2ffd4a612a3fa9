import { clampedLog1p, RunningSpread } from '#lib/models/coordinates.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';

const WIDTH = 12;
const GROUPS = 6;

/** Rows to cluster, 12 wide: what is easy, what has no clear answer, and a community's figures three ways. */
export const KMEANS_SETS = ['mixture', 'overlap', 'raw', 'z', 'log1p+z'] as const;
export type KmeansSet = (typeof KMEANS_SETS)[number];

/** A test set, row after row: the same name, size and seed give the same rows. */
export function kmeansSet(set: KmeansSet, count: number, seed = 1): Float64Array {
  const random = seededRandom(
    seed * 7919 + KMEANS_SETS.indexOf(set === 'mixture' || set === 'overlap' ? set : 'raw'),
  );
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  if (set === 'mixture') return gaussians(count, 2, random, normal);
  if (set === 'overlap') return gaussians(count, 0.6, random, normal);
  const rows = amounts(count, random, normal);
  if (set === 'log1p+z') for (let at = 0; at < rows.length; at += 1) rows[at] = clampedLog1p(rows[at]!);
  if (set !== 'raw') standardize(rows);
  return rows;
}

/** Six round clouds of unlike size around centres that lie `apart` from each other. */
function gaussians(count: number, apart: number, random: () => number, normal: () => number): Float64Array {
  const centres = Float64Array.from({ length: GROUPS * WIDTH }, () => apart * normal());
  const rows = new Float64Array(count * WIDTH);
  for (let at = 0; at < rows.length; at += WIDTH) {
    const group = drawGroup(random);
    for (let j = 0; j < WIDTH; j += 1) rows[at + j] = centres[group * WIDTH + j]! + normal();
  }
  return rows;
}

/** Counts, days and money in minor units, log-normal around what their group does; one in four is 0. */
function amounts(count: number, random: () => number, normal: () => number): Float64Array {
  const typical = Float64Array.from({ length: GROUPS * WIDTH }, () => 1.2 * normal());
  const rows = new Float64Array(count * WIDTH);
  for (let at = 0; at < rows.length; at += WIDTH) {
    const group = drawGroup(random);
    for (let j = 0; j < WIDTH; j += 1) {
      const unit = j < 8 ? 2 : j < 10 ? 10 : 9_900;
      const amount = unit * Math.exp(typical[group * WIDTH + j]! + 1.1 * normal());
      rows[at + j] = random() < 0.25 ? 0 : Math.floor(amount);
    }
  }
  return rows;
}

/** The first group has most, the last has least. */
const drawGroup = (random: () => number): number => Math.floor(GROUPS * random() ** 1.5);

function standardize(rows: Float64Array): void {
  for (let j = 0; j < WIDTH; j += 1) {
    const spread = new RunningSpread();
    for (let at = j; at < rows.length; at += WIDTH) spread.add(rows[at]!);
    const { mean, sd } = spread.meanAndSd();
    for (let at = j; at < rows.length; at += WIDTH) rows[at] = (rows[at]! - mean) / sd;
  }
}
