import type { Coordinate, FittedModel, ProfileCluster } from '#lib/models/model-files.ts';
import { solveAssignment } from '#lib/models/numeric/assignment.ts';

const DAY_MS = 86_400_000;

/**
 * Which profile of the model before each new centre is: pairs with the least sum of squared distances, between the
 * centres as they are in the new model's coordinates. A pair counts only if the old centre is nearer to the new one
 * than the new one is to any other: what lies further away is another profile, and its name would mislead.
 * @param asOf the new model's date: since the old one's, members have grown older, unless others took their places
 * @returns for each centre the profile before, or undefined for a new one
 */
export function matchClusters(
  previous: FittedModel<'profiles'>,
  centres: readonly (readonly number[])[],
  coordinates: readonly Coordinate[],
  asOf: string,
): (ProfileCluster | undefined)[] {
  const days = (Date.parse(asOf) - Date.parse(previous.asOf)) / DAY_MS;
  const older = coordinates.map(({ feature, sd }) => (feature === 'tenureDays' ? days / sd : 0));
  const old = previous.clusters.map(({ centroid }) =>
    convertCoordinates(centroid, previous.coordinates, coordinates),
  );
  const reaches = centres.map((centre) =>
    Math.min(...centres.flatMap((other) => (other === centre ? [] : [squaredDistanceBeyond(centre, other)]))),
  );
  const distances = centres.map((centre) => old.map((other) => squaredDistanceBeyond(centre, other, older)));
  // Beyond its reach a centre does not care how far: no good pair is given up to make a bad one less bad.
  const costs = distances.map((row, c) => row.map((distance) => Math.min(distance, reaches[c]!)));
  return solveAssignment(costs).map((match, c) =>
    match >= 0 && distances[c]![match]! <= reaches[c]! ? previous.clusters[match] : undefined,
  );
}

/** A centre in other coordinates; at the mean in those that the old model lacks, since all were the same there. */
function convertCoordinates(
  centroid: readonly number[],
  from: readonly Coordinate[],
  to: readonly Coordinate[],
): number[] {
  return to.map(({ feature, log, mean, sd }) => {
    const at = from.findIndex((c) => c.feature === feature && c.log === log);
    return at < 0 ? 0 : (from[at]!.mean + from[at]!.sd * centroid[at]! - mean) / sd;
  });
}

/** Squared distance; what `a` is ahead of `b` counts only as far as it is more than b's allowance. */
function squaredDistanceBeyond(
  a: readonly number[],
  b: readonly number[],
  allowance?: readonly number[],
): number {
  return a.reduce((sum, x, j) => {
    const ahead = x - b[j]!;
    return sum + (ahead > 0 ? Math.max(0, ahead - (allowance?.[j] ?? 0)) : ahead) ** 2;
  }, 0);
}
