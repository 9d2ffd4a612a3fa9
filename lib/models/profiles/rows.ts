import { isLongTailed, PROFILE_FEATURES } from '#lib/features/catalogue.ts';
import { clampedLog1p, RunningSpread, toCoordinate, toRows } from '#lib/models/coordinates.ts';
import type { FeatureTable } from '#lib/models/feature-tables.ts';
import { findNearestTwo, type NearestCentre, type RowBlocks } from '#lib/models/numeric/kmeans/distances.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import type { Coordinate, Fitted } from '#lib/models/schema.ts';
import { hashToUnit } from '#lib/platform/seeded-random.ts';
import type { ProfilesModel } from './schema.ts';

/** All members as K-means takes them, in the order of the parts. */
export interface ProfileRows {
  rows: RowBlocks;
  coordinates: Coordinate[];
  /** a random number for each row that its user id decides */
  keys: Float64Array;
  /** each row's cluster by the model before; empty without one */
  before: Uint8Array;
}

/**
 * Reads all members once into rows of coordinates: those of the profile features that are not the same for all.
 * @param previous the model before, by which every row is assigned too, in that model's own coordinates
 */
export async function readProfileRows(
  parts: Partitions<FeatureTable>,
  seed: number,
  previous?: Fitted<ProfilesModel>,
): Promise<ProfileRows> {
  const blocks: Float64Array[] = [];
  const keys: Float64Array[] = [];
  const before: Uint8Array[] = [];
  const spreads = PROFILE_FEATURES.map(() => new RunningSpread());
  for await (const { userIds, columns } of parts()) {
    keys.push(Float64Array.from(userIds, (userId) => hashToUnit(userId, seed)));
    blocks.push(logTransform(columns, userIds.length, spreads));
    if (previous !== undefined) before.push(assignClusters(previous, columns));
  }
  const kept = spreads.flatMap((spread, from) => {
    const { mean, sd } = spread.meanAndSd();
    const feature = PROFILE_FEATURES[from]!;
    return sd === 0 ? [] : [{ from, c: { feature, log: isLongTailed(feature), mean, sd } }];
  });
  return {
    rows: { width: kept.length, blocks: blocks.map((block) => standardizeRows(block, kept)) },
    coordinates: kept.map(({ c }) => c),
    keys: concatenate(keys, (length) => new Float64Array(length)),
    before: concatenate(before, (length) => new Uint8Array(length)),
  };
}

/** Which cluster of a model each member belongs to, by number. */
export function assignClusters(
  { coordinates, clusters }: Fitted<ProfilesModel>,
  columns: FeatureTable['columns'],
): Uint8Array {
  const width = coordinates.length;
  const rows = toRows(coordinates, columns);
  const centres = Float64Array.from(clusters.flatMap(({ centroid }) => centroid));
  const nearest: NearestCentre = { label: 0, least: 0, second: 0 };
  return Uint8Array.from({ length: rows.length / width }, (_, i) => {
    findNearestTwo(rows, i * width, centres, width, nearest);
    return nearest.label;
  });
}

/** All profile features, logarithms taken but not yet z-scores, which need all parts' spread. */
function logTransform(
  columns: FeatureTable['columns'],
  count: number,
  spreads: readonly RunningSpread[],
): Float64Array {
  const width = PROFILE_FEATURES.length;
  const rows = new Float64Array(count * width);
  for (const [j, feature] of PROFILE_FEATURES.entries()) {
    const column = columns[feature];
    const log = isLongTailed(feature);
    const spread = spreads[j]!;
    for (let i = 0, at = j; i < count; i += 1, at += width) {
      const x = log ? clampedLog1p(column[i]!) : column[i]!;
      rows[at] = x;
      spread.add(x);
    }
  }
  return rows;
}

/** Z-scores in the place of the values, so that the members are in memory once; what is constant closes up. */
function standardizeRows(rows: Float64Array, kept: readonly { from: number; c: Coordinate }[]): Float64Array {
  let to = 0;
  const scales = kept.map(({ from, c }) => ({ from, plain: { ...c, log: false } }));
  for (let at = 0; at < rows.length; at += PROFILE_FEATURES.length) {
    for (const { from, plain } of scales) {
      rows[to] = toCoordinate(plain, rows[at + from]!);
      to += 1;
    }
  }
  return rows.subarray(0, to);
}

function concatenate<T extends Float64Array | Uint8Array>(
  pieces: readonly T[],
  empty: (length: number) => T,
): T {
  const whole = empty(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
