import { expect, test } from 'vitest';
import { pickScalarTraits } from '#lib/members/profile.ts';

const profile = (traits: Record<string, unknown>) => ({
  traits: Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, { value, stamp: '' }])),
  anonymousIds: [],
});

test('traits to find a member by are texts, numbers and yes or no, in the order of their names', () => {
  const traits = {
    plan: '年卡',
    age: 31,
    vip: true,
    tags: ['a'],
    address: { city: '上海' },
    none: null,
    empty: '',
  };
  expect(pickScalarTraits(profile(traits))).toBe('{"age":31,"plan":"年卡","vip":true}');
  expect(pickScalarTraits(profile({ tags: [] }))).toBeNull();
});

test('long texts and many traits are cut, and a trait of any name is kept', () => {
  expect(pickScalarTraits(profile({ bio: '字'.repeat(500) }))).toBe(
    JSON.stringify({ bio: '字'.repeat(100) }),
  );
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`t${n}`, n]));
  expect(Object.keys(JSON.parse(pickScalarTraits(profile(many))!))).toHaveLength(20);
  const odd = profile({});
  Object.defineProperty(odd.traits, '__proto__', { value: { value: 'x', stamp: '' }, enumerable: true });
  expect(pickScalarTraits(odd)).toBe('{"__proto__":"x"}');
});
