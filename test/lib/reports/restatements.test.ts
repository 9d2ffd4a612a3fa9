import { expect, test } from 'vitest';
import { addDays } from '#lib/events/calendar.ts';
import type { MemberDays } from '#lib/features/features.ts';
import { findRestatements } from '#lib/reports/restatements.ts';
import { dailySeries } from '#lib/reports/time-series.ts';
import { computeSums } from './community.ts';

const counted = (members: MemberDays[], asOf: string, currency = 'CNY') => ({
  asOf,
  timeZone: 'Asia/Shanghai',
  currency,
  daily: dailySeries(computeSums(members, asOf)),
});
const ada: MemberDays = [
  { date: '2026-11-10', amounts: { post: 2 } },
  { date: '2026-11-18', amounts: { order: 1, paidMinor: 9_900 } },
];
const before = counted([ada], '2026-11-20');

test('nothing late changes nothing, and new days are no change', () => {
  const now = counted([[...ada, { date: '2026-11-20', amounts: { post: 1 } }]], '2026-11-22');
  expect(findRestatements(before, now)).toEqual({ against: '2026-11-20', changes: 0, items: [] });
});

test('a late event restates its day, by how much, newest day first', () => {
  const late: MemberDays = [
    { date: '2026-11-10', amounts: { post: 2, reply: 1 } },
    { date: '2026-11-18', amounts: { order: 1, refund: 1, paidMinor: 0 } },
  ];
  expect(findRestatements(before, counted([late], '2026-11-22'))).toEqual({
    against: '2026-11-20',
    changes: 4,
    items: [
      { date: '2026-11-18', figure: 'actions.refund', before: 0, after: 1 },
      { date: '2026-11-18', figure: 'payers', before: 1, after: 0 },
      { date: '2026-11-18', figure: 'revenueMinor', before: 9_900, after: 0 },
      { date: '2026-11-10', figure: 'actions.reply', before: 0, after: 1 },
    ],
  });
});

test('an event before the first known day restates a day of zeros, and its member has joined earlier', () => {
  const earlier: MemberDays = [{ date: '2026-11-08', amounts: { view: 1 } }, ...ada];
  expect(findRestatements(before, counted([earlier], '2026-11-22')).items).toEqual([
    { date: '2026-11-10', figure: 'joined', before: 1, after: 0 },
    { date: '2026-11-08', figure: 'actions.view', before: 0, after: 1 },
    { date: '2026-11-08', figure: 'dau', before: 0, after: 1 },
    { date: '2026-11-08', figure: 'joined', before: 0, after: 1 },
  ]);
});

test('days that fell out of a report’s 800 days are not taken for removed ones', () => {
  const old: MemberDays = [{ date: '2024-09-13', amounts: { post: 1 } }, ...ada];
  const then = counted([old], '2026-11-20');
  expect(then.daily.from).toBe('2024-09-13');
  const now = counted([old], '2026-11-25');
  expect(now.daily.from).toBe('2024-09-16');
  expect(findRestatements(then, now).changes).toBe(0);
});

test('at most 500 changes are listed, and all are counted', () => {
  const busy = Array.from({ length: 300 }, (_, i) => ({
    date: addDays('2026-01-01', i),
    amounts: { post: 1, reply: 1 },
  }));
  const { changes, items } = findRestatements(before, counted([ada, busy], '2026-11-22'));
  expect(items).toHaveLength(500);
  expect(items[0]?.date).toBe('2026-10-27');
  // Posts, replies and active members of 300 days, and one more who joined.
  expect(changes).toBe(901);
});

test('the first report, and one after a change of currency or time zone, has nothing to compare with', () => {
  const nothing = { against: null, changes: 0, items: [] };
  expect(findRestatements(undefined, before)).toEqual(nothing);
  expect(findRestatements(counted([ada], '2026-11-20', 'USD'), counted([], '2026-11-22'))).toEqual(nothing);
});
