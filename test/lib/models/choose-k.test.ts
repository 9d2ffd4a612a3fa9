import { expect, test } from 'vitest';
import { chooseK } from '#lib/models/choose-k.ts';
import { column, normal } from './generated.ts';

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
  const rows = clouds(4, 3.2);
  const { silhouettes, k } = chooseK(rows, WIDTH, { seed: 1, different: 10 });
  const best = silhouettes.find((one) => one.k === k)!.silhouette;
  for (const { k: before, silhouette } of silhouettes) {
    const kept = chooseK(rows, WIDTH, { seed: 1, different: 10, before }).k;
    expect(kept).toBe(best - silhouette < 0.02 ? before : k);
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
