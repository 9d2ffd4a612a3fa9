import { expect, test } from 'vitest';
import { chooseK } from '#lib/models/profiles/train.ts';
import { column, normal } from '#test/lib/models/generated.ts';

const WIDTH = 4;

/** Round clouds of 60 rows each, their centres on a line of the given spacing in all directions at once. */
function clouds(count: number, apart: number): Float64Array {
  const next = normal(count);
  return column(60 * count * WIDTH, (at) => apart * (Math.floor(at / WIDTH) % count) + next());
}

test.each([2, 3, 5, 8])('%i groups that are there are found', (count) => {
  const { k, chosenBy, silhouettes } = chooseK(clouds(count, 6), WIDTH, { seed: 1, different: 10 });
  expect([k, chosenBy]).toEqual([count, 'silhouette']);
  expect(silhouettes.map((one) => one.k)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('where there are no groups it is the five of the guide', () => {
  const { k, chosenBy, silhouettes } = chooseK(clouds(10, 0), WIDTH, { seed: 1, different: 10 });
  expect(Math.max(...silhouettes.map(({ silhouette }) => silhouette))).toBeLessThan(0.25);
  expect([k, chosenBy]).toEqual([5, 'fallback']);
});

test('the number there was stays while no other is clearly better', () => {
  // Two clouds, each of which is nearly two.
  const next = normal(4);
  const rows = column(240 * WIDTH, (at) => {
    const cloud = Math.floor(at / WIDTH) % 4;
    return next() + (at % WIDTH < 2 ? 4 * (cloud % 2) : 3.16 * (cloud >> 1));
  });
  const { silhouettes, k } = chooseK(rows, WIDTH, { seed: 1, different: 10 });
  const best = silhouettes.find((one) => one.k === k)!.silhouette;
  const close = silhouettes.filter(({ silhouette }) => best - silhouette < 0.02);
  expect(close.length).toBeGreaterThan(1);
  for (const { k: before } of silhouettes) {
    const kept = chooseK(rows, WIDTH, { seed: 1, different: 10, before }).k;
    expect(kept).toBe(close.some((one) => one.k === before) ? before : k);
  }
  expect(chooseK(rows, WIDTH, { seed: 1, different: 10, before: 14 }).k).toBe(k);
});

test('there are never more than there are different rows', () => {
  const rows = column(60 * WIDTH, (at) => 10 * (Math.floor(at / WIDTH) % 3));
  const { k, silhouettes } = chooseK(rows, WIDTH, { seed: 1, different: 3 });
  expect(k).toBe(3);
  expect(silhouettes).toEqual([
    { k: 2, silhouette: expect.any(Number) },
    { k: 3, silhouette: 1 },
  ]);
});

test('a handful of odd members makes no profile, even where that would look best', () => {
  const rows = clouds(2, 8);
  // Four of them lie together, off to the side of both clouds.
  for (const i of [0, 1, 40, 41]) rows.set([20, -20, 20, -20], i * WIDTH);
  const { k, silhouettes } = chooseK(rows, WIDTH, { seed: 1, different: 10 });
  const best = silhouettes.reduce((a, b) => (b.silhouette > a.silhouette ? b : a));
  expect(best.k).toBe(3);
  expect(k).toBe(2);
});
