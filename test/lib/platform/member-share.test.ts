import { expect, test } from 'vitest';
import { memberHash } from '#lib/platform/seeded-random.ts';

const ids = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);

test('members are spread evenly, ids in sequence too', () => {
  const tenths = new Array<number>(10).fill(0);
  for (const id of ids) tenths[Math.floor(10 * memberHash(id, 1))]! += 1;
  for (const members of tenths) expect(Math.abs(members - 2_000)).toBeLessThan(200);
});

test('a member has the same share under a seed, and another under another', () => {
  expect(memberHash('用户-7', 1)).toBe(memberHash('用户-7', 1));
  const both = ids.filter((id) => memberHash(id, 1) < 0.2 && memberHash(id, 2) < 0.2).length;
  expect(Math.abs(both - 800)).toBeLessThan(120);
});
