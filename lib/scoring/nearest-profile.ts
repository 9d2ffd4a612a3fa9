import type { Features } from '#lib/features/features.ts';
import { writeRow } from '#lib/models/coordinates.ts';
import type { Coordinate } from '#lib/models/model-files.ts';

interface Centres {
  coordinates: readonly Coordinate[];
  centres: Float64Array;
  row: Float64Array;
}

/** The profile nearest to a member, and the one that would have been next. */
export interface NearestProfile {
  index: number;
  /** −1 when there is only one profile */
  next: number;
  /** Euclidean, in standard deviations */
  distance: number;
  /** how much nearer than the next, 0 for just as near to 1 for at its very centre; 1 without a next */
  margin: number;
}

/** Assigns a member to the nearest centre; of two equally near the first. Leaves the member's coordinates in `row`. */
export function findNearestProfile(
  { coordinates, centres, row }: Centres,
  features: Features,
): NearestProfile {
  writeRow(coordinates, features, row);
  const width = row.length;
  let [index, next] = [-1, -1];
  let [least, second] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let c = 0, from = 0; from < centres.length; c += 1, from += width) {
    let sum = 0;
    for (let j = 0; j < width; j += 1) {
      const d = row[j]! - centres[from + j]!;
      sum += d * d;
    }
    if (sum < least) {
      [second, next] = [least, index];
      [least, index] = [sum, c];
    } else if (sum < second) [second, next] = [sum, c];
  }
  const margin = second > 0 ? 1 - Math.sqrt(least / second) : 0;
  return { index, next, distance: Math.sqrt(least), margin };
}

/**
 * What draws a member to its profile rather than to the next nearest: by coordinate, how much less its squared
 * distance to the one is than to the other. All of them add up to the difference of the squared distances.
 * @param row the member's coordinates, as `nearestProfile` left them
 */
export function distanceContributions(
  { centres, row }: Centres,
  { index, next }: NearestProfile,
): Float64Array {
  const width = row.length;
  return row.map((x, j) => {
    const own = x - centres[index * width + j]!;
    const other = x - centres[next * width + j]!;
    return other * other - own * own;
  });
}
