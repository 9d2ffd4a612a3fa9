import { expect, test } from 'vitest';
import { findMemberName } from '#lib/members/profile.ts';

const named = (traits: Record<string, unknown>) =>
  findMemberName({
    traits: Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, { value, stamp: '' }])),
    anonymousIds: [],
  });

test('a member goes by name, else by first and last name, else by nickname, else by username', () => {
  const all = { name: '小明', firstName: 'Ming', lastName: 'Li', nickname: '明明', username: 'ming' };
  expect(named(all)).toBe('小明');
  expect(named({ ...all, name: ' ' })).toBe('Ming Li');
  expect(named({ ...all, name: 7, lastName: undefined })).toBe('Ming');
  expect(named({ nickname: '明明', username: 'ming' })).toBe('明明');
  expect(named({ username: 'ming' })).toBe('ming');
  expect(named({ email: 'ming@example.com' })).toBeNull();
});

test('a name is cut after 80 characters, not in the middle of one', () => {
  expect(named({ name: '😀'.repeat(100) })).toBe('😀'.repeat(80));
});
