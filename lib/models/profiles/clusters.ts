import { solveAssignment } from '#lib/models/numeric/assignment.ts';
import type { Clustering } from '#lib/models/numeric/kmeans/hamerly.ts';
import type { Coordinate, Fitted } from '#lib/models/schema.ts';
import { nameProfiles } from './names.ts';
import type { ProfileCluster, ProfilesModel } from './schema.ts';

const MAX_STRONGEST = 5;

/**
 * The clusters as profiles: those of the model before keep their ids and names, new ones get ids that no profile
 * had before, the largest first, and names of their own. In the order of their ids.
 * @returns and the id by K-means label; a cluster that nobody is nearest to has none and is left out
 */
export function buildProfiles(
  { centres, sizes }: Clustering,
  coordinates: readonly Coordinate[],
  previous: Fitted<ProfilesModel> | undefined,
  asOf: string,
): { clusters: ProfileCluster[]; ids: (string | undefined)[]; idsGiven: number } {
  const width = coordinates.length;
  const found = Array.from(sizes, (size, label) => ({
    label,
    size,
    centroid: Array.from(centres.subarray(label * width, (label + 1) * width)),
  }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size || compareCentroids(a.centroid, b.centroid));
  const carried =
    previous === undefined
      ? []
      : matchClusters(
          previous,
          found.map(({ centroid }) => centroid),
          coordinates,
          asOf,
        );
  const fresh = found.filter((_, n) => carried[n] === undefined);
  const names = nameProfiles(
    fresh.map(({ centroid }) => new Map(coordinates.map(({ feature }, j) => [feature, centroid[j]!]))),
    carried.flatMap((profile) => (profile === undefined ? [] : [profile.name])),
  );
  let idsGiven = previous === undefined ? 0 : idsGivenBy(previous);
  const ids: (string | undefined)[] = new Array(sizes.length).fill(undefined);
  const clusters = found.map(({ label, size, centroid }, n) => {
    const profile: Pick<ProfileCluster, 'id' | 'name'> = carried[n] ?? {
      id: `p${++idsGiven}`,
      name: names.shift()!,
    };
    const { id, name } = profile;
    ids[label] = id;
    return { id, name, size, centroid, strongest: findStrongest(centroid, coordinates) };
  });
  return { clusters: clusters.sort((a, b) => parseNumber(a) - parseNumber(b)), ids, idsGiven };
}

const parseNumber = ({ id }: { id: string }): number => Number(id.slice(1));

const idsGivenBy = ({ idsGiven = 0, clusters }: Fitted<ProfilesModel>): number =>
  Math.max(idsGiven, ...clusters.map(parseNumber));

const compareCentroids = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((x, j) => x !== b[j]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};

const findStrongest = (centroid: readonly number[], coordinates: readonly Coordinate[]) =>
  coordinates
    .map(({ feature }, j) => ({ feature, z: centroid[j]! }))
    .sort((a, b) => Math.abs(b.z) - Math.abs(a.z))
    .slice(0, MAX_STRONGEST);

const DAY_MS = 86_400_000;

/**
 * Which profile of the model before each new centre is: pairs with the least sum of squared distances, between the
 * centres as they are in the new model's coordinates. A pair counts only if the old centre is nearer to the new one
 * than the new one is to any other: what lies further away is another profile, and its name would mislead.
 * @param asOf the new model's date: since the old one's, members have grown older, unless others took their places
 * @returns for each centre the profile before, or undefined for a new one
 */
export function matchClusters(
  previous: Fitted<ProfilesModel>,
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
