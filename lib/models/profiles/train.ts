import type { FeatureTable } from '#lib/models/feature-tables.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { adjustedRandIndex, computeSilhouettes } from '#lib/models/numeric/kmeans/cluster-quality.ts';
import type { RowBlocks } from '#lib/models/numeric/kmeans/distances.ts';
import { FINALIST_ROWS, kmeans } from '#lib/models/numeric/kmeans/kmeans.ts';
import { drawUniformSample } from '#lib/models/numeric/kmeans/row-sample.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import type { Fitted, Need } from '#lib/models/schema.ts';
import { buildProfiles } from './clusters.ts';
import { type ProfileRows, readProfileRows } from './rows.ts';
import type { ProfilesModel } from './schema.ts';

const MIN_MEMBERS = 20;
const MAX_PROFILES = 10;

interface ProfilesTrainingConfig {
  /** YYYY-MM-DD */
  asOf: string;
  /** how many profiles, 2 to 10; chosen by silhouette when it is not given */
  k?: number;
  seed?: number;
  /** the model before, whose profiles keep their ids and names where they are found again */
  previous?: Fitted<ProfilesModel>;
  /** of K-means over all members; 300 by default */
  maxIterations?: number;
}

/**
 * Profiles (用户画像): K-means over all members' z-scores. The same members in the same order, seed and previous model
 * give the same result to the byte; which members the samples are made of does not depend on their order at all.
 * Holds 12 numbers and some bytes per member.
 * @returns `insufficient` for fewer than 20 members, or fewer different ones than profiles
 * @throws RangeError when `k` is not a whole number from 2 to 10
 */
export async function fitProfiles(
  parts: Partitions<FeatureTable>,
  { asOf, k, seed = 1, previous, maxIterations }: ProfilesTrainingConfig,
): Promise<Unversioned<ProfilesModel>> {
  if (k !== undefined && !(Number.isInteger(k) && k >= 2 && k <= MAX_PROFILES)) {
    throw new RangeError(`the number of profiles must be a whole number from 2 to ${MAX_PROFILES}, not ${k}`);
  }
  const members = await readProfileRows(parts, seed, previous);
  const { rows, coordinates, keys } = members;
  const head = { kind: 'profiles', format: 1, asOf, members: keys.length } as const;
  const different = countDistinctRows(rows, MAX_PROFILES);
  const needs = findNeeds(keys.length, different, k ?? 2);
  if (needs.length > 0) return { ...head, status: 'insufficient', needs };

  const chosen =
    k === undefined
      ? chooseK(drawUniformSample(rows, keys, SILHOUETTE_ROWS), rows.width, {
          seed,
          different,
          before: previous?.clusters.length,
        })
      : { k, chosenBy: 'configuration' as const, silhouettes: [] };
  const clustering = kmeans(rows, {
    k: chosen.k,
    seed,
    keys,
    ...(maxIterations !== undefined && { maxIterations }),
  });
  const { clusters, ids, idsGiven } = buildProfiles(clustering, coordinates, previous, asOf);
  return {
    ...head,
    status: 'fitted',
    coordinates,
    clusters,
    idsGiven,
    card: {
      k: clusters.length,
      chosenBy: chosen.chosenBy,
      silhouettes: chosen.silhouettes,
      inertia: clustering.inertia,
      converged: clustering.converged,
      iterations: clustering.iterations,
      sampled: Math.min(keys.length, FINALIST_ROWS),
      previous:
        previous === undefined ? null : compareWithPrevious(previous, members, clustering.labels, ids),
    },
  };
}

function findNeeds(members: number, different: number, k: number): Need[] {
  if (members < MIN_MEMBERS) return [{ what: 'members', have: members, need: MIN_MEMBERS }];
  return different < k ? [{ what: 'members', have: different, need: k }] : [];
}

/** How many rows differ, counted up to `most`. */
function countDistinctRows({ width, blocks }: RowBlocks, most: number): number {
  if (width === 0) return 1;
  const found: Float64Array[] = [];
  for (const block of blocks) {
    for (let at = 0; at < block.length && found.length < most; at += width) {
      if (!found.some((row) => row.every((x, j) => x === block[at + j]))) {
        found.push(block.subarray(at, at + width));
      }
    }
  }
  return found.length;
}

/** How far the partition of today's members differs from what the model before would make of the same members. */
function compareWithPrevious(
  previous: Fitted<ProfilesModel>,
  { before }: ProfileRows,
  labels: Uint8Array,
  ids: readonly (string | undefined)[],
): { version: string; adjustedRandIndex: number; movedShare: number } {
  let moved = 0;
  for (let i = 0; i < labels.length; i += 1) {
    if (previous.clusters[before[i]!]!.id !== ids[labels[i]!]) moved += 1;
  }
  return {
    version: previous.version,
    adjustedRandIndex: adjustedRandIndex(before, labels),
    movedShare: moved / labels.length,
  };
}

const MIN_K = 2;
const MAX_K = 10;
/** The guide's choice. */
const FALLBACK_K = 5;
// Kaufman and Rousseeuw, Finding Groups in Data, 1990: below this, no substantial structure has been found.
const MIN_SILHOUETTE = 0.25;
// What another number of profiles must be better by, so that they do not come and go with every night's noise.
const SILHOUETTE_MARGIN = 0.02;
// A handful of odd members is no profile, however far off they are.
const MIN_CLUSTER_SHARE = 0.01;
const MIN_CLUSTER_ROWS = 5;

/** Rows that the number of profiles is chosen on. */
const SILHOUETTE_ROWS = 2_000;

interface ChosenK {
  k: number;
  chosenBy: 'silhouette' | 'fallback';
  silhouettes: { k: number; silhouette: number }[];
}

/**
 * The number of clusters, from 2 to 10: the least whose K-means clustering of a sample comes within 0.02 of the
 * greatest mean silhouette width (in full, not simplified) among those without a cluster of fewer than 5 rows or 1 %.
 * The number that there was before stays while it comes within that, too. Where none reaches 0.25 there are no groups
 * to be found, and the members are cut into the guide's five.
 * @param sample at most `CHOOSING_ROWS` rows in random order, `width` numbers each
 * @param different how many of all rows differ: no more clusters than that
 * @param before the number of clusters of the model before
 */
export function chooseK(
  sample: Float64Array,
  width: number,
  { seed, different, before }: { seed: number; different: number; before?: number | undefined },
): ChosenK {
  const most = Math.min(MAX_K, different);
  const rows = { width, blocks: [sample] };
  const ks = Array.from({ length: most - MIN_K + 1 }, (_, n) => MIN_K + n);
  // The rows are in random order already; so in a community no larger than the sample these are the very clusterings
  // that K-means makes of it later.
  const keys = Float64Array.from({ length: sample.length / width }, (_, i) => (i * width) / sample.length);
  const clusterings = ks.map((k) => {
    const { labels, sizes } = kmeans(rows, { k, seed, keys });
    return { k, labels, smallest: Math.min(...sizes) };
  });
  const found = computeSilhouettes(sample, width, clusterings).map((silhouette, n) => ({
    k: ks[n]!,
    silhouette,
  }));
  const enough = Math.max(MIN_CLUSTER_ROWS, (MIN_CLUSTER_SHARE * sample.length) / width);
  const fit = found.filter((_, n) => clusterings[n]!.smallest >= enough);
  const best = Math.max(...fit.map(({ silhouette }) => silhouette));
  if (!(best >= MIN_SILHOUETTE))
    return { k: Math.min(FALLBACK_K, most), chosenBy: 'fallback', silhouettes: found };
  const good = fit.filter(({ silhouette }) => silhouette > best - SILHOUETTE_MARGIN);
  const { k } = good.find((one) => one.k === before) ?? good[0]!;
  return { k, chosenBy: 'silhouette', silhouettes: found };
}
