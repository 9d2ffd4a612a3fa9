import { expect, test } from 'vitest';
import { hamerly } from '#lib/models/numeric/kmeans/hamerly.ts';
import { kmeans } from '#lib/models/numeric/kmeans/kmeans.ts';
import { kmeansPlusPlusInit } from '#lib/models/numeric/kmeans/kmeans-plus-plus.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { KMEANS_SETS, kmeansSet } from '#test/bench/kmeans-sets.ts';

const WIDTH = 12;

test.each(KMEANS_SETS)('as near as the best of ten starts on all rows, or 0.005 of it further: %s', (set) => {
  // More rows than the samples hold, so that all three looks are at work.
  const rows = { width: WIDTH, blocks: [kmeansSet(set, 30_000)] };
  const tenTimes = Array.from(
    { length: 10 },
    (_, n) => hamerly(rows, kmeansPlusPlusInit(rows, 6, seededRandom(n))).inertia,
  );
  expect(kmeans(rows, { k: 6, seed: 1 }).inertia / Math.min(...tenTimes)).toBeLessThan(1.005);
});

test('the same seed gives the same clusters, to the bit', () => {
  const rows = { width: WIDTH, blocks: [kmeansSet('overlap', 6_000)] };
  expect(kmeans(rows, { k: 4, seed: 3 })).toEqual(kmeans(rows, { k: 4, seed: 3 }));
});

test('fewer rows than a sample, and k from 1 to as many as there are different rows', () => {
  const rows = { width: 1, blocks: [Float64Array.from([1, 1, 1, 5, 5, 9])] };
  expect(kmeans(rows, { k: 1, seed: 1 }).centres[0]).toBeCloseTo(22 / 6, 12);
  const { centres, inertia } = kmeans(rows, { k: 3, seed: 1 });
  expect(Array.from(centres).sort()).toEqual([1, 5, 9]);
  expect(inertia).toBe(0);
});
