import { expect, test } from 'vitest';
import { matchClusters } from '#lib/models/profiles/clusters.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import type { Coordinate } from '#lib/models/schema.ts';

const views: Coordinate = { feature: 'views30', log: true, mean: 1, sd: 1 };
const recency: Coordinate = { feature: 'recencyDays', log: false, mean: 20, sd: 10 };

const model = (coordinates: Coordinate[], centroids: number[][]): FittedModel<'profiles'> => ({
  kind: 'profiles',
  format: 1,
  version: '2025-11-21-00000000',
  asOf: '2025-11-21',
  members: 100,
  status: 'fitted',
  coordinates,
  clusters: centroids.map((centroid, n) => ({
    id: `p${n + 1}`,
    name: { zh: `${n + 1}`, en: `${n + 1}` },
    size: 10,
    centroid,
    strongest: [],
  })),
  card: {
    k: centroids.length,
    chosenBy: 'configuration',
    silhouettes: [],
    inertia: 1,
    sampled: 100,
    previous: null,
  },
});

type Given = Parameters<typeof matchClusters>;
const listIds = (previous: Given[0], centres: Given[1], coordinates: Given[2], asOf = '2025-11-22') =>
  matchClusters(previous, centres, coordinates, asOf).map((one) => one?.id);

test('pairs are the best as a whole, not one by one', () => {
  // The first new centre is nearest to p1 too, but p1 has nobody else to go to.
  const previous = model([views], [[0], [3]]);
  expect(listIds(previous, [[1.2], [-1.1]], [views])).toEqual(['p2', 'p1']);
});

test('centres are compared as what they mean, not as the numbers of two different scales', () => {
  const wider: Coordinate = { ...recency, mean: 50, sd: 20 };
  // 10 and 40 days, then 40 and 10 days: as z-scores they would pair the wrong way round with p1 and p2.
  const previous = model([recency], [[-1], [2]]);
  expect(listIds(previous, [[-0.5], [-2]], [wider])).toEqual(['p2', 'p1']);
});

test('a coordinate that only one of the models has does not count, nor one that is measured otherwise', () => {
  const previous = model(
    [views, recency],
    [
      [2, -1],
      [-1, 2],
    ],
  );
  const posts: Coordinate = { feature: 'posts30', log: true, mean: 0, sd: 1 };
  const centres = [
    [2, 0.3],
    [-1, 0.3],
  ];
  expect(
    listIds(
      previous,
      centres.map(([z]) => [-z!, 0.1]),
      [recency, posts],
    ),
  ).toEqual(['p1', 'p2']);
});

test('what is further from its predecessor than from its neighbour is a profile of its own', () => {
  const previous = model([views], [[0], [2], [-9]]);
  expect(listIds(previous, [[0.1], [2.1], [4]], [views])).toEqual(['p1', 'p2', undefined]);
});

test('more profiles than before, or fewer', () => {
  const previous = model([views], [[0], [2]]);
  expect(listIds(previous, [[4], [2.1], [0.1]], [views])).toEqual([undefined, 'p2', 'p1']);
  expect(listIds(previous, [[2.2], [9]], [views])).toEqual(['p2', undefined]);
});

test('a profile may grow older by the days since then, or be taken over by others as new as it was', () => {
  const tenure: Coordinate = { feature: 'tenureDays', log: false, mean: 100, sd: 10 };
  const previous = model([tenure], [[-9], [0]]);
  // 30 days later the new ones are as new as ever, the others 30 days older.
  expect(listIds(previous, [[-9], [3]], [tenure], '2025-12-21')).toEqual(['p1', 'p2']);
  // A course that all joined on about one day: by the next week all are older by more than what tells them apart.
  const course = model([{ ...tenure, mean: 20, sd: 1 }], [[-2], [1]]);
  expect(listIds(course, [[-2], [1]], [{ ...tenure, mean: 27, sd: 1 }], '2025-11-28')).toEqual(['p1', 'p2']);
  expect(listIds(course, [[-2], [1]], [{ ...tenure, mean: 27, sd: 1 }], '2025-11-22')).toEqual([
    undefined,
    undefined,
  ]);
});
