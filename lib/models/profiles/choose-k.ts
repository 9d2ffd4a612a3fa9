import { computeSilhouettes } from '#lib/models/numeric/kmeans/cluster-quality.ts';
import { kmeans } from '#lib/models/numeric/kmeans/kmeans.ts';

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
export const SILHOUETTE_ROWS = 2_000;

export interface ChosenK {
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
