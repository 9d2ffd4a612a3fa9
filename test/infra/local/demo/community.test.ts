import { expect, test } from 'vitest';
import { DEMO_MEMBERS, demoCommunity } from '#infra/local/demo/community.ts';
import { DEMO_GROUPS, groupSizes } from '#infra/local/demo/groups.ts';
import { parseCalls } from '#lib/events/parse-request.ts';
import { ACTIONS, buildTaxonomy } from '#lib/events/taxonomy.ts';
import { actsByMember, toDay } from './features-of.ts';

const now = new Date('2025-11-22T13:07:00Z');
const DAY_MS = 86_400_000;
const { members, calls, name } = demoCommunity({ now });
const taxonomy = buildTaxonomy();

test('the same seed and day give the same community to the byte', () => {
  const again = demoCommunity({ now });
  expect(JSON.stringify(again)).toBe(JSON.stringify({ name, members, calls }));
  expect(JSON.stringify(demoCommunity({ now, seed: 7 }).calls)).not.toBe(JSON.stringify(calls));
});

test('a later moment of the same day only adds calls, so loading again repeats nothing', () => {
  const early = demoCommunity({ now: new Date('2025-11-22T02:00:00Z') }).calls;
  expect(early.length).toBeLessThan(calls.length);
  expect(calls.slice(0, early.length)).toEqual(early);
});

test('it has the promised size and groups', () => {
  expect(calls.length).toBeGreaterThan(28_000);
  expect(calls.length).toBeLessThan(34_000);
  const sizes = groupSizes(DEMO_MEMBERS);
  // Who signs up later today is not there yet.
  const { members: all } = demoCommunity({ now: new Date('2025-11-22T15:59:59.999Z') });
  for (const group of DEMO_GROUPS) expect(all.filter((m) => m.group === group)).toHaveLength(sizes[group]);
  expect(demoCommunity({ now, members: 80 }).calls.length).toBeLessThan(calls.length / 5);
});

test('every call is one that the tracking API accepts, with an id of its own', () => {
  const read = parseCalls({ batch: calls.slice(0, 2_500) }, 'batch', {
    now: now.getTime(),
    retentionDays: 400,
    randomId: () => 'never',
  });
  expect(read.rejected).toEqual([]);
  for (let from = 2_500; from < calls.length; from += 2_500) {
    const batch = calls.slice(from, from + 2_500);
    const { rejected, events, undeduplicated } = parseCalls({ batch }, 'batch', {
      now: now.getTime(),
      retentionDays: 400,
      randomId: () => 'never',
    });
    expect(rejected).toEqual([]);
    expect(events).toHaveLength(batch.length);
    expect(undeduplicated).toBe(0);
  }
  expect(new Set(calls.map(({ messageId }) => messageId)).size).toBe(calls.length);
  for (const call of calls) expect(Buffer.byteLength(JSON.stringify(call))).toBeLessThan(1_024);
});

test('everything happens in the 120 days before now, in the order of time', () => {
  const times = calls.map(({ timestamp }) => Date.parse(timestamp));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(now.getTime() - 120 * DAY_MS);
  expect(Math.max(...times)).toBeLessThanOrEqual(now.getTime());
  expect(times).toEqual([...times].sort((a, b) => a - b));
  for (const call of calls) expect(new Date(call.timestamp).toISOString()).toBe(call.timestamp);
});

test('nobody acts before joining, except anonymously in the two days before', () => {
  const joined = new Map(members.map((member) => [member.userId, member.joinedAt]));
  const visitors = new Map(members.map((member) => [member.anonymousId, member.joinedAt]));
  for (const { userId, anonymousId, timestamp } of calls) {
    if (userId !== undefined) expect(timestamp >= joined.get(userId)!).toBe(true);
    else
      expect(Date.parse(visitors.get(anonymousId)!) - Date.parse(timestamp)).toBeLessThanOrEqual(2 * DAY_MS);
  }
});

test('members who looked around first are linked to that by an identify', () => {
  const anonymous = new Set(
    calls.filter(({ userId }) => userId === undefined).map((call) => call.anonymousId),
  );
  const linked = new Set(
    calls
      .filter(({ type, userId }) => type === 'identify' && userId !== undefined)
      .map((call) => call.anonymousId),
  );
  expect(anonymous.size).toBeGreaterThan(50);
  // The last ones may have looked today and sign up later.
  expect([...anonymous].filter((id) => !linked.has(id)).length).toBeLessThanOrEqual(5);
});

test('every action of the taxonomy occurs, and some events that count as nothing', () => {
  const names = new Set(calls.map(({ event }) => event));
  const actions = new Set([...names].map((event) => taxonomy.get(event ?? '')));
  for (const action of ACTIONS) expect(actions).toContain(action);
  expect(names).toContain('Search Performed');
});

test('replies, likes and accepts aim at another member who is there already', () => {
  const joined = new Map(members.map((member) => [member.userId, member.joinedAt]));
  const aimed = calls.filter(({ properties }) => properties?.['targetUserId'] !== undefined);
  expect(aimed.length).toBeGreaterThan(3_000);
  for (const { userId, timestamp, properties } of aimed) {
    const target = properties!['targetUserId'] as string;
    expect(target).not.toBe(userId);
    expect(joined.get(target)! < timestamp).toBe(true);
  }
});

test('helpers and opinion leaders draw more replies, likes and accepts than the rest', () => {
  const group = new Map(members.map((member) => [member.userId, member.group]));
  const drawn = new Map<string, number>();
  for (const { properties } of calls) {
    const target = group.get(String(properties?.['targetUserId']));
    if (target !== undefined) drawn.set(target, (drawn.get(target) ?? 0) + 1);
  }
  const sizes = groupSizes(DEMO_MEMBERS);
  const perHead = (of: (typeof DEMO_GROUPS)[number]) => (drawn.get(of) ?? 0) / sizes[of];
  expect(perHead('leader')).toBeGreaterThan(10 * perHead('talker'));
  expect(perHead('helper')).toBeGreaterThan(perHead('learner'));
});

test('orders are whole prices in yuan with ids of their own, and refunds name the order they undo', () => {
  const orders = calls.filter(({ event }) => event === 'Order Completed' || event === 'Subscription Renewed');
  const totals = new Map(orders.map(({ properties }) => [properties!['order_id'], properties!['total']]));
  expect(totals.size).toBe(orders.length);
  for (const { properties } of orders) expect(properties!['currency']).toBe('CNY');
  for (const price of [99, 199, 365, 1999]) expect([...totals.values()]).toContain(price);
  const refunds = calls.filter(({ event }) => event === 'Order Refunded');
  expect(refunds.length).toBeGreaterThan(3);
  for (const { properties } of refunds)
    expect(totals.get(properties!['order_id'])).toBe(properties!['total']);
});

test('evenings and weekends are busier, the community grows, and the promotion week stands out', () => {
  const hours = calls.map(({ timestamp }) => new Date(Date.parse(timestamp) + 8 * 3_600_000).getUTCHours());
  const during = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
  expect(during(20, 23)).toBeGreaterThan(1.8 * during(9, 12));
  expect(during(2, 6)).toBeLessThan(during(20, 23) / 10);
  const today = toDay(now.getTime());
  const perDay = new Array<number>(120).fill(0);
  for (const { timestamp } of calls) perDay[119 - (today - toDay(timestamp))]! += 1;
  const mean = (from: number, to: number) =>
    perDay.slice(from, to).reduce((sum, n) => sum + n, 0) / (to - from);
  expect(mean(90, 118)).toBeGreaterThan(1.4 * mean(7, 35));
  expect(mean(74, 81)).toBeGreaterThan(1.2 * mean(60, 74));
  const weekend = (day: number) => [0, 6].includes((today - 119 + day + 4) % 7);
  const days = perDay.slice(28, 119).map((n, i) => ({ n, weekend: weekend(28 + i) }));
  const computeMean = (of: { n: number }[]) => of.reduce((sum, { n }) => sum + n, 0) / of.length;
  expect(computeMean(days.filter((d) => d.weekend))).toBeGreaterThan(
    1.2 * computeMean(days.filter((d) => !d.weekend)),
  );
});

test('nothing in it could be a real person’s: names say 演示, addresses are example.com', () => {
  for (const { userId, traits } of members) {
    expect(userId).toMatch(/^demo-\d{4}$/);
    expect(traits['name']).toMatch(/^演示·/);
    expect(traits['community']).toBe('知群演示社群');
  }
  const text = JSON.stringify(calls);
  for (const address of text.match(/[\w.-]+@[\w.-]+/g) ?? [])
    expect(address).toMatch(/^demo-\d{4}@example\.com$|^@?segment/);
  expect(text).not.toMatch(/\b1[3-9]\d{9}\b/);
  expect(text).not.toMatch(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/);
});

test('the hidden groups are not in what is sent', () => {
  const text = JSON.stringify(calls);
  for (const group of DEMO_GROUPS) expect(text).not.toContain(group);
});

test('members who return were away for 45 days or more; members who left stay away', () => {
  const acts = actsByMember(calls);
  const today = toDay(now.getTime());
  const buildDays = (userId: string) =>
    [...new Set(acts.get(userId)!.map(({ day }) => day))].sort((a, b) => a - b);
  for (const { userId, group } of members) {
    const days = buildDays(userId);
    if (group === 'churner') expect(today - days.at(-1)!).toBeGreaterThan(30);
    if (group !== 'returning') continue;
    const gaps = days.slice(1).map((day, i) => day - days[i]!);
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(45);
  }
});
