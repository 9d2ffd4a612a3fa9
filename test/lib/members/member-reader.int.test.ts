import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import { RebuildTooLong } from '#lib/members/rebuild-on-read.ts';
import type { TimelineEvent } from '#lib/members/timeline.ts';
import { memberReader } from '#lib/scoring/live/member-reader-table.ts';
import type { MemberReader } from '#lib/scoring/live/member-view.ts';
import { prepareModels } from '#lib/scoring/prepared-models.ts';
import { faultyProxy } from '#test/e2e/faulty-proxy.ts';
import { createClient } from '#test/engines/dynamodb.ts';
import { exampleModels } from '#test/lib/scoring/example-models.ts';
import { type CountingWorld, RULES, startWorld } from './counting-world.ts';
import { storedEvent } from './stored-events.ts';

const NOW = Date.parse('2026-03-31T10:00:00Z');

let world: CountingWorld;
let stop: () => Promise<void>;
let reader: MemberReader;
let models = prepareModels({});

beforeAll(async () => {
  ({ world, stop } = await startWorld());
  reader = memberReader(
    world.client,
    world.tables,
    RULES,
    () => NOW,
    async () => ({ models }),
  );
});
afterAll(async () => stop());

const untimed = (userId: string, id: string, received: string) =>
  storedEvent(userId, received, id, { sk: `#${id}` });

test('a member is shown with today, the last 30 days and everything, in the business time zone', async () => {
  await world.put(
    storedEvent('m', '2026-03-30T16:30:00.000Z', 'today'),
    storedEvent('m', '2026-03-30T15:30:00.000Z', 'yesterday', { event: 'Reply Created' }),
    storedEvent('m', '2026-03-01T16:00:00.000Z', '30 days', {
      event: 'Order Completed',
      properties: '{"total":10}',
    }),
    storedEvent('m', '2026-03-01T15:59:00.000Z', '31 days', {
      event: 'Order Completed',
      properties: '{"total":5}',
    }),
    storedEvent('m', '2025-12-01T00:00:00.000Z', 'long ago', { event: 'Post Liked' }),
    storedEvent('m', '2026-03-02T00:00:00.000Z', 'who', {
      type: 'identify',
      traits: '{"name":"小明","vip":null}',
      anonymousId: 'phone',
    }),
  );
  await world.settle();
  const member = await reader.member('m');
  expect(member).toMatchObject({
    userId: 'm',
    traits: { name: '小明', vip: null },
    ids: ['m', 'phone'],
    firstSeen: '2025-12-01T00:00:00.000Z',
    lastSeen: '2026-03-30T16:30:00.000Z',
    netPaymentMinor: { today: 0, last30Days: 1_000, total: 1_500 },
    currency: 'CNY',
    activity: null,
  });
  expect(member?.counts.today).toMatchObject({ post: 1, reply: 0, order: 0 });
  expect(member?.counts.last30Days).toMatchObject({ post: 1, reply: 1, order: 1, like: 0 });
  expect(member?.counts.total).toMatchObject({ post: 1, reply: 1, order: 2, like: 1 });
  expect(member?.days.map(({ date }) => date)).toEqual([
    '2026-03-01',
    '2026-03-02',
    '2026-03-30',
    '2026-03-31',
  ]);
  // At what hours it was done is counted, but is neither an action nor money.
  expect(Object.keys(member?.counts.total ?? {}).sort()).toEqual([...ACTIONS].sort());
  for (const day of member?.days ?? [])
    expect(['date', 'netPaymentMinor', ...ACTIONS]).toEqual(expect.arrayContaining(Object.keys(day)));
  expect(member?.score).toMatchObject({ stage: 'active', value: null, missing: { value: 'no_model' } });
  models = prepareModels(exampleModels());
  const scored = await reader.member('m', { language: 'en' });
  expect(scored?.activity).toEqual({ value: 0.2, count: 2, members: 10, asOf: '2026-03-08' });
  expect(scored?.score).toMatchObject({
    asOf: '2026-03-31',
    activity: { count: 2 },
    profile: { name: 'Engaged answerer' },
    missing: { influence: 'not_ranked' },
  });
});

test('a day of which the log has forgotten the events still says when the member was seen', async () => {
  await world.put(storedEvent('old', '2026-01-05T08:00:00.000Z', 'e', { expiresAt: 1_800_000_000 }));
  await world.settle();
  await world.passTime(1_800_000_000_000);
  await world.sweep('old', '2026-01-05T08:00:00.000Z#e');
  await world.settle();
  const midnight = '2026-01-04T16:00:00.000Z';
  expect(await reader.member('old')).toMatchObject({ firstSeen: midnight, lastSeen: midnight });
  expect(await reader.timeline('old', { limit: 5 })).toEqual({ events: [] });
});

test('a member with uncounted events only is known', async () => {
  await world.put(storedEvent('silent', '2026-03-05T08:00:00.000Z', 'e', { event: 'Search Performed' }));
  await world.settle();
  expect(await reader.member('silent')).toMatchObject({ lastSeen: '2026-03-05T08:00:00.000Z', days: [] });
});

test('nothing is known of an unknown member', async () => {
  expect(await reader.member('unknown')).toBeUndefined();
  expect(await reader.timeline('unknown', { limit: 5 })).toBeUndefined();
});

test('the timeline pages through everything once, newest first, events without a time merged in', async () => {
  const timed = Array.from({ length: 23 }, (_, i) =>
    storedEvent('t', new Date(Date.UTC(2026, 2, 1, i)).toISOString(), `timed-${i}`),
  );
  const others = [1, 7, 13, 23].map((h) =>
    untimed('t', `untimed-${h}`, new Date(Date.UTC(2026, 2, 1, h, 30)).toISOString()),
  );
  await world.put(...timed, ...others);
  for (const limit of [1, 4, 27, 100]) {
    const seen: TimelineEvent[] = [];
    let cursor: string | undefined;
    do {
      const page = await reader.timeline('t', { limit, cursor });
      seen.push(...(page?.events ?? []));
      expect(page?.events.length).toBeLessThanOrEqual(limit);
      cursor = page?.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(27);
    expect(seen.map(({ timestamp }) => timestamp)).toEqual(
      seen
        .map(({ timestamp }) => timestamp)
        .sort()
        .reverse(),
    );
  }
});

test('a timeline shows what the client sent', async () => {
  await world.put(
    storedEvent('shown', '2026-03-05T08:00:00.000Z', 'e', {
      event: 'Order Completed',
      at: '2026-03-05T08:00:01.000Z',
      properties: '{"total":1,"课程":"写作"}',
      context: '{"locale":"zh-CN"}',
    }),
  );
  expect((await reader.timeline('shown', { limit: 1 }))?.events).toEqual([
    {
      messageId: 'e',
      type: 'track',
      event: 'Order Completed',
      action: 'order',
      timestamp: '2026-03-05T08:00:01.000Z',
      originalTimestamp: '2026-03-05T08:00:00.000Z',
      receivedAt: '2026-03-05T08:00:00.000Z',
      properties: { total: 1, 课程: '写作' },
      context: { locale: 'zh-CN' },
    },
  ]);
});

test.each(['x', 'e30', Buffer.from('[1]').toString('base64url')])('%s is no cursor', async (cursor) => {
  await expect(reader.timeline('t', { limit: 1, cursor })).rejects.toMatchObject({ code: 'cursor_invalid' });
});

test('a member with an item that does not read is counted again from the log, and shown', async () => {
  await world.put(storedEvent('hurt', '2026-03-30T08:00:00.000Z', 'e'));
  await world.settle();
  const Key = { userId: { S: 'hurt' }, sk: { S: 'day#2026-03-30' } };
  const damage = { TableName: world.tables.members, Item: { ...Key, post: { S: 'many' }, seq: { S: '0' } } };
  await world.client.send(new PutItemCommand(damage));
  const member = await reader.member('hurt');
  expect(member).toMatchObject({ counts: { total: { post: 1 } }, score: { stage: 'new' } });
});

test('a table that stalls fails in time, and may be asked again', async () => {
  const proxy = await faultyProxy(world.endpoint);
  const client = createClient(proxy.url);
  const stalled = memberReader(
    client,
    world.tables,
    RULES,
    () => NOW,
    async () => ({ models }),
  );
  proxy.treat = () => 'hang';
  await expect(stalled.member('m')).rejects.toMatchObject({ name: 'StoreError', retriable: true });
  client.destroy();
  await proxy.close();
});

test('counting a member again is given up when it takes longer than somebody waits', async () => {
  await world.put(storedEvent('large', '2026-03-01T00:00:00.000Z', 'a'));
  let now = NOW;
  const slow = memberReader(
    world.client,
    world.tables,
    RULES,
    () => (now += 6_000),
    async () => ({ models }),
  );
  await expect(slow.rebuild('large')).rejects.toBeInstanceOf(RebuildTooLong);
  expect(await reader.rebuild('large')).toMatchObject({ events: 1 });
});
