import { hamerly } from './hamerly.ts';
import { firstLook } from './kmeans.ts';
import { silhouettes } from './silhouette.ts';

const LEAST = 2;
const MOST = 10;
const STARTS = 5;
/** The guide's choice. */
const FALLBACK = 5;
// Kaufman and Rousseeuw, Finding Groups in Data, 1990: below this, no substantial structure has been found.
const STRUCTURE = 0.25;
// What another number of profiles must be better by, so that profiles do not come and go with every night's noise.
const BETTER = 0.02;

/** Rows that the number of profiles is chosen on. */
export const CHOOSING_ROWS = 2_000;

export interface ChosenK {
  k: number;
  chosenBy: 'silhouette' | 'fallback';
  silhouettes: { k: number; silhouette: number }[];
}

/**
 * The number of clusters, from 2 to 10, whose K-means clustering of a sample has the greatest mean silhouette width,
 * in full and not simplified. The number that was there before stays while no other is better by 0.02. Where none
 * reaches 0.25 there are no groups to be found, and the members are cut into the guide's five.
 * @param sample at most `CHOOSING_ROWS` rows, `width` numbers each
 * @param different how many of all rows differ: no more clusters than that
 * @param before the number of clusters of the model before
 */
export function chooseK(
  sample: Float64Array,
  width: number,
  { seed, different, before }: { seed: number; different: number; before?: number | undefined },
): ChosenK {
  const most = Math.min(MOST, different);
  const rows = { width, blocks: [sample] };
  const clusterings: { k: number; labels: Uint8Array }[] = [];
  for (let k = LEAST; k <= most; k += 1) {
    const [centres] = firstLook(rows, k, seed, 1, STARTS);
    clusterings.push({ k, labels: hamerly(rows, centres!).labels });
  }
  const found = silhouettes(sample, width, clusterings).map((silhouette, n) => ({
    k: clusterings[n]!.k,
    silhouette,
  }));
  const best = found.reduce((one, other) => (other.silhouette > one.silhouette ? other : one));
  if (best.silhouette < STRUCTURE) {
    return { k: Math.min(FALLBACK, most), chosenBy: 'fallback', silhouettes: found };
  }
  const kept = found.find(({ k }) => k === before);
  const { k } = kept !== undefined && kept.silhouette > best.silhouette - BETTER ? kept : best;
  return { k, chosenBy: 'silhouette', silhouettes: found };
}
