import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addScores,
  addToList,
  countProfile,
  emptyScoredSums,
  type RankedMember,
  type ScoredSums,
} from '#lib/reports/scored-sums.ts';

const member = (userId: string, rank: number): RankedMember => ({
  userId,
  name: null,
  stage: 'active',
  profileId: 'p1',
  why: { churnRisk: rank },
  rank,
});
const scored = (members: readonly RankedMember[]): ScoredSums => {
  const sums = emptyScoredSums();
  for (const one of members) {
    sums.stages[one.stage] += 1;
    addToList(sums, 'rising', one);
    countProfile(sums, one.profileId ?? '', one);
  }
  return sums;
};

test('lists and examples of parts come to those of all, whatever the order of the parts', () => {
  const ranks = fc.array(fc.record({ rank: fc.integer({ min: 0, max: 9 }), part: fc.nat({ max: 3 }) }), {
    maxLength: 130,
  });
  fc.assert(
    fc.property(ranks, (drawn) => {
      const members = drawn.map(({ rank }, i) => member(`m${i}`, rank));
      const added = emptyScoredSums();
      for (const part of [2, 0, 3, 1]) {
        addScores(
          added,
          JSON.parse(JSON.stringify(scored(members.filter((_, i) => drawn[i]!.part === part)))),
        );
      }
      expect(added).toEqual(scored(members));
      const wanted = [...members].sort((a, b) => b.rank - a.rank || (a.userId < b.userId ? -1 : 1));
      expect(added.lists.rising).toEqual(wanted.slice(0, 50));
      expect(added.profiles['p1']?.examples ?? []).toEqual(wanted.slice(0, 5));
      expect(added.profiles['p1']?.size ?? 0).toBe(members.length);
      expect(added.stages.active).toBe(members.length);
    }),
  );
});
