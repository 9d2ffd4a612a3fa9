import { bestPairs } from './best-pairs.ts';
import type { Coordinate, FittedModel, ProfileCluster } from './model-files.ts';

/**
 * Which profile of the model before each new centre is: pairs with the least sum of squared distances, between the
 * centres as they are in the new model's coordinates. A pair counts only if the old centre is nearer to the new one
 * than the new one is to any other: what lies further away is another profile, and its name would mislead.
 * @returns for each centre the profile before, or undefined for a new one
 */
export function carriedProfiles(
  previous: FittedModel<'profiles'>,
  centres: readonly (readonly number[])[],
  coordinates: readonly Coordinate[],
): (ProfileCluster | undefined)[] {
  const old = previous.clusters.map(({ centroid }) =>
    translated(centroid, previous.coordinates, coordinates),
  );
  const costs = centres.map((centre) => old.map((other) => squared(centre, other)));
  return bestPairs(costs).map((match, c) => {
    const gaps = centres.flatMap((other, o) => (o === c ? [] : [squared(centres[c]!, other)]));
    return match >= 0 && costs[c]![match]! <= Math.min(...gaps) ? previous.clusters[match] : undefined;
  });
}

/** A centre in other coordinates; at the mean in those that the old model lacks, since all were the same there. */
function translated(
  centroid: readonly number[],
  from: readonly Coordinate[],
  to: readonly Coordinate[],
): number[] {
  return to.map(({ feature, log, mean, sd }) => {
    const at = from.findIndex((c) => c.feature === feature && c.log === log);
    return at < 0 ? 0 : (from[at]!.mean + from[at]!.sd * centroid[at]! - mean) / sd;
  });
}

const squared = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, j) => sum + (x - b[j]!) ** 2, 0);
