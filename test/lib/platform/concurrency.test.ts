import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';

test('every item is worked on once, with its index, and never more at a time than said', async () => {
  let [busy, most] = [0, 0];
  const done: [string, number][] = [];
  await forEachConcurrently(new Set(['a', 'b', 'c', 'd', 'e']), 2, async (item, index) => {
    most = Math.max(most, ++busy);
    await turn();
    done.push([item, index]);
    busy -= 1;
  });
  expect(done.sort()).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
    ['d', 3],
    ['e', 4],
  ]);
  expect(most).toBe(2);
});

test('after an error no further item is begun', async () => {
  const begun: number[] = [];
  const work = forEachConcurrently([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await turn();
    if (item === 2) throw new Error('two');
  });
  await expect(work).rejects.toThrow('two');
  await turn();
  await turn();
  expect(begun.length).toBeLessThanOrEqual(4);
});

test('without items there is nothing to do', async () => {
  await forEachConcurrently([], 3, () => Promise.reject(new Error('no item')));
});
