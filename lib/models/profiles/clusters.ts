import type { Coordinate, FittedModel, ProfileCluster } from '#lib/models/model-files.ts';
import type { Clustering } from '#lib/models/numeric/kmeans/hamerly.ts';
import { matchClusters } from './carried-profiles.ts';
import { nameProfiles } from './names.ts';

const MAX_STRONGEST = 5;

/**
 * The clusters as profiles: those of the model before keep their ids and names, new ones get ids that no profile
 * had before, the largest first, and names of their own. In the order of their ids.
 * @returns and the id by K-means label; a cluster that nobody is nearest to has none and is left out
 */
export function buildProfiles(
  { centres, sizes }: Clustering,
  coordinates: readonly Coordinate[],
  previous: FittedModel<'profiles'> | undefined,
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
  return { clusters: clusters.sort((a, b) => numberOf(a) - numberOf(b)), ids, idsGiven };
}

const numberOf = ({ id }: { id: string }): number => Number(id.slice(1));

const idsGivenBy = ({ idsGiven = 0, clusters }: FittedModel<'profiles'>): number =>
  Math.max(idsGiven, ...clusters.map(numberOf));

const compareCentroids = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((x, j) => x !== b[j]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};

const findStrongest = (centroid: readonly number[], coordinates: readonly Coordinate[]) =>
  coordinates
    .map(({ feature }, j) => ({ feature, z: centroid[j]! }))
    .sort((a, b) => Math.abs(b.z) - Math.abs(a.z))
    .slice(0, MAX_STRONGEST);
