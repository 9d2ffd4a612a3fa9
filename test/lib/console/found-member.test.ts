import { expect, test } from 'vitest';
import type { Role } from '#lib/auth/keys/access-key.ts';
import { type MemberQuery, searchMembers } from '#lib/console/data/member-search.ts';
import { sampleScores } from './sample-scores.ts';

const all = sampleScores();
const find = (query: Partial<MemberQuery>, role: Role = 'operator') =>
  searchMembers(
    all,
    { text: '', stage: undefined, profileId: undefined, sort: 'interactions30', up: false, ...query },
    role,
  );

test('members are found by part of a name or an id, whatever the case', () => {
  expect(find({ text: '晓雨' }).every(({ name }) => name?.includes('晓雨'))).toBe(true);
  expect(find({ text: '晓雨' }).length).toBeGreaterThan(0);
  expect(find({ text: ' U_10037 ' }).map(({ userId }) => userId)).toContain('u_10037');
  expect(find({ text: '没有这个人' })).toEqual([]);
});

test('members are found by a trait, or by one trait alone', () => {
  const inChengdu = find({ text: 'chengdu' });
  expect(inChengdu.length).toBeGreaterThan(0);
  expect(inChengdu.every(({ traits }) => traits?.includes('Chengdu'))).toBe(true);
  expect(find({ text: ' city：上海 ' })).toEqual(find({ text: '上海' }));
  expect(find({ text: 'level:上海' })).toEqual([]);
  expect(find({ text: 'city:' })).toEqual([]);
  expect(find({ text: 'm8@example' }).map(({ userId }) => userId)).toEqual(['u_10296']);
});

test('nobody confirms by searching what is masked for them', () => {
  expect(find({ text: '晓雨' }, 'reader')).toEqual([]);
  expect(find({ text: 'm8@example' }, 'reader')).toEqual([]);
  expect(find({ text: 'email:m8' }, 'reader')).toEqual([]);
  expect(find({ text: '上海' }, 'reader')).toEqual(find({ text: '上海' }));
  expect(find({ text: 'u_10037' }, 'reader')).toHaveLength(1);
});

test('stage and profile narrow a search down', () => {
  const found = find({ stage: 'silent', profileId: 'p4' });
  expect(found.length).toBeGreaterThan(0);
  expect(found.every(({ stage, profileId }) => stage === 'silent' && profileId === 'p4')).toBe(true);
});

test('members are in order, and those without the figure come last in either direction', () => {
  for (const up of [false, true]) {
    const risks = find({ sort: 'churnRisk', up }).map(({ churnRisk }) => churnRisk);
    const known = risks.filter((risk) => risk !== null);
    expect(risks.slice(known.length).every((risk) => risk === null)).toBe(true);
    expect(known).toEqual(known.toSorted((a, b) => (up ? a - b : b - a)));
  }
  expect(find({}).length).toBe(all.length);
});
