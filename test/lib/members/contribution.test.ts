import { expect, test } from 'vitest';
import { createCalendar } from '#lib/events/calendar.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { COUNTING_VERSION, computeContribution, createCountingRules } from '#lib/members/contribution.ts';
import { storedEvent } from './stored-events.ts';

const RULES = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), 'CNY');
const amountsOf = (at: string, content: Partial<StoredEvent>) =>
  computeContribution(storedEvent('m', at, 'e', content), RULES)?.amounts;

/** 11 in the morning in Shanghai. */
const MORNING = '2026-03-01T03:00:00.000Z';
const track = (event: string, properties: object = {}) => ({ event, properties: JSON.stringify(properties) });

// Whoever has to change an amount here raises COUNTING_VERSION: what was counted before then is counted again.
test.each([
  [track('Post Created'), { post: 1 }],
  [track('Reply Created', { targetUserId: 'o' }), { reply: 1 }],
  [{ type: 'page', name: 'Home' } as const, { view: 1 }],
  [track('Order Completed', { total: 19.9 }), { order: 1, paidMinor: 1_990 }],
  [track('Order Refunded', { total: 19.9 }), { refund: 1, paidMinor: -1_990 }],
  [track('Feedback Submitted', { rating: 4 }), { feedback: 1, ratings: 1, ratingSum: 4 }],
  [track('NPS Submitted', { score: 9 }), { feedback: 1, promoters: 1 }],
])('version 2 counts %j as %j, done in daytime', (content, amounts) => {
  expect(COUNTING_VERSION).toBe(2);
  expect(amountsOf(MORNING, content)).toEqual({ ...amounts, daytimeActions: 1 });
});

test.each([
  ['2026-03-01T15:59:59.999Z', '23:59:59.999', { daytimeActions: 1 }],
  ['2026-03-01T16:00:00.001Z', '0:00:00.001', { nightActions: 1 }],
  ['2026-03-01T20:59:59.999Z', '4:59:59.999', { nightActions: 1 }],
  ['2026-03-01T21:00:00.000Z', '5:00', { daytimeActions: 1 }],
])('an action at %s is at %s in the business time zone: %j', (at, _, timeOfDay) => {
  expect(amountsOf(at, track('Post Created'))).toEqual({ post: 1, ...timeOfDay });
  expect(amountsOf(at, track('Order Completed'))).toEqual({ order: 1, ...timeOfDay });
});

test('at midnight itself lies what only has a date: at no hour that is known', () => {
  expect(amountsOf('2026-03-01T16:00:00.000Z', track('Post Created'))).toEqual({ post: 1 });
});

test('what is no action has no hour', () => {
  const foreign = track('Order Completed', { total: 5, currency: 'USD' });
  expect(amountsOf('2026-03-01T17:00:00.000Z', foreign)).toEqual({ foreignOrders: 1 });
  expect(amountsOf('2026-03-01T17:00:00.000Z', track('Search Performed'))).toBeUndefined();
});
