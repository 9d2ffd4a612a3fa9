import { expect, test } from 'vitest';
import { LruMap } from '#lib/platform/lru-map.ts';

test('what was set longest ago goes first, and setting again makes an entry new', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.has('b'), map.get('c')]).toEqual([3, false, 4]);
  expect([map.delete('a'), map.delete('a'), map.has('a')]).toEqual([true, false, false]);
});
