import { expect, test } from 'vitest';
import { candidateChooser, mergeCandidates } from '#lib/audit/candidates.ts';

const MEMBERS = Array.from({ length: 9_000 }, (_, i) => `member-${i}`);

function chosenIn(runId: string, parts = 1) {
  const choosers = Array.from({ length: parts }, () => candidateChooser(runId));
  for (const [i, userId] of MEMBERS.entries()) choosers[i % parts]?.add(userId, i % 500);
  return mergeCandidates(choosers.map((chooser) => chooser.finish()));
}

test('a thousand members are chosen by chance, whatever parts they are read in, others in another night', () => {
  const ids = (list: { userId: string }[]): string[] => list.map(({ userId }) => userId);
  const one = chosenIn('one');
  expect(one.byChance).toHaveLength(1_000);
  expect(ids(chosenIn('one', 7).byChance)).toEqual(ids(one.byChance));
  const shared = new Set(ids(chosenIn('two').byChance)).intersection(new Set(ids(one.byChance)));
  expect(shared.size).toBeGreaterThan(60);
  expect(shared.size).toBeLessThan(170);
});

test('the hundred most active members are always among them', () => {
  const { mostActive } = chosenIn('one', 3);
  expect(mostActive).toHaveLength(100);
  expect(Math.max(...mostActive.map(({ rank }) => rank))).toBe(-495 + 1);
});

test('members that do not read are always among them', () => {
  const chooser = candidateChooser('one');
  chooser.addCorrupt('hurt');
  expect(mergeCandidates([chooser.finish(), candidateChooser('one').finish()]).damaged).toEqual(['hurt']);
});
