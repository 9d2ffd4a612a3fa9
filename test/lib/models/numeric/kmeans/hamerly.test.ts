import { expect, test } from 'vitest';
import { hamerly } from '#lib/models/numeric/kmeans/hamerly.ts';
import { kmeansPlusPlusInit } from '#lib/models/numeric/kmeans/kmeans-plus-plus.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { kmeansSet } from '#test/bench/kmeans-sets.ts';

const WIDTH = 12;
const cases = (['mixture', 'overlap', 'raw', 'log1p+z'] as const).flatMap((set) =>
  [1, 2, 5, 9].map((k) => ({ set, k })),
);

test.each(cases)('ends where plain Lloyd ends: $set, k = $k', ({ set, k }) => {
  const rows = kmeansSet(set, 1_500, k);
  const starts = kmeansPlusPlusInit({ width: WIDTH, blocks: [rows] }, k, seededRandom(k));
  const fast = hamerly({ width: WIDTH, blocks: [rows] }, starts, 0);
  const plain = lloyd(rows, starts);
  expect(Array.from(fast.labels)).toEqual(plain.labels);
  for (const [i, x] of plain.centres.entries()) {
    expect(Math.abs(fast.centres[i]! - x)).toBeLessThan(1e-9 * (1 + Math.abs(x)));
  }
  expect(fast.inertia / plain.inertia).toBeCloseTo(1, 9);
  expect(Array.from(fast.sizes)).toEqual(
    Array.from(fast.sizes, (_, c) => plain.labels.filter((own) => own === c).length),
  );
});

test('stopped early, every row still is with its nearest centre', () => {
  const rows = kmeansSet('overlap', 3_000);
  const starts = rows.slice(0, 7 * WIDTH);
  const { labels, centres } = hamerly({ width: WIDTH, blocks: [rows] }, starts, 0.01);
  expect(Array.from(labels)).toEqual(findNearest(rows, centres).map(({ label }) => label));
});

test('centres say whether they have settled, and in how many iterations', () => {
  const rows = { width: WIDTH, blocks: [kmeansSet('overlap', 3_000)] };
  const starts = rows.blocks[0]!.slice(0, 7 * WIDTH);
  const settled = hamerly(rows, starts);
  const { iterations } = settled;
  expect(settled.converged).toBe(true);
  expect(hamerly(rows, starts, undefined, iterations)).toEqual(settled);
  expect(hamerly(rows, starts, undefined, iterations - 1)).toMatchObject({
    converged: false,
    iterations: iterations - 1,
  });
});

test('how the rows are cut into blocks changes nothing', () => {
  const rows = kmeansSet('z', 1_000);
  const starts = rows.slice(0, 4 * WIDTH);
  const whole = hamerly({ width: WIDTH, blocks: [rows] }, starts);
  const cut = [rows.slice(0, 5 * WIDTH), new Float64Array(0), rows.slice(5 * WIDTH)];
  expect(hamerly({ width: WIDTH, blocks: cut }, starts)).toEqual(whole);
});

test('a row of weight 3 counts as three rows', () => {
  const rows = kmeansSet('overlap', 400);
  const starts = rows.slice(0, 3 * WIDTH);
  const weights = Float64Array.from({ length: 400 }, (_, i) => (i % 5 === 0 ? 3 : 1));
  const thrice = Array.from(weights).flatMap((weight, i) => new Array<number>(weight).fill(i));
  const repeated = Float64Array.from(
    thrice.flatMap((i) => Array.from(rows.subarray(i * WIDTH, (i + 1) * WIDTH))),
  );
  const weighted = hamerly({ width: WIDTH, blocks: [rows], weights }, starts, 0);
  const plain = hamerly({ width: WIDTH, blocks: [repeated] }, starts, 0);
  expect(weighted.inertia / plain.inertia).toBeCloseTo(1, 9);
  expect(Array.from(weighted.sizes)).toEqual(Array.from(plain.sizes));
  expect(thrice.map((i) => weighted.labels[i])).toEqual(Array.from(plain.labels));
});

test('a centre that nobody is nearest to stays where it is', () => {
  const rows = Float64Array.from([0, 1, 10, 11]);
  const { centres, sizes } = hamerly({ width: 1, blocks: [rows] }, Float64Array.from([0, 10, 500]), 0);
  expect(Array.from(centres)).toEqual([0.5, 10.5, 500]);
  expect(Array.from(sizes)).toEqual([2, 2, 0]);
});

function lloyd(rows: Float64Array, starts: Float64Array) {
  const k = starts.length / WIDTH;
  let centres = starts;
  for (let before = ''; ; ) {
    const nearest = findNearest(rows, centres);
    const labels = nearest.map(({ label }) => label);
    if (labels.join() === before) {
      return { labels, centres, inertia: nearest.reduce((sum, { least }) => sum + least, 0) };
    }
    before = labels.join();
    const sums = new Float64Array(k * WIDTH);
    const sizes = new Float64Array(k);
    for (const [i, label] of labels.entries()) {
      sizes[label]! += 1;
      for (let j = 0; j < WIDTH; j += 1) sums[label * WIDTH + j]! += rows[i * WIDTH + j]!;
    }
    centres = sums.map((sum, at) => sum / sizes[Math.floor(at / WIDTH)]!);
  }
}

function findNearest(rows: Float64Array, centres: Float64Array) {
  return Array.from({ length: rows.length / WIDTH }, (_, i) => {
    let [label, least] = [-1, Number.POSITIVE_INFINITY];
    for (let c = 0; c < centres.length / WIDTH; c += 1) {
      let sum = 0;
      for (let j = 0; j < WIDTH; j += 1) sum += (rows[i * WIDTH + j]! - centres[c * WIDTH + j]!) ** 2;
      if (sum < least) [label, least] = [c, sum];
    }
    return { label, least };
  });
}
