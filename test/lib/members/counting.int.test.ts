import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toEventItem } from '#lib/events/stored-event.ts';
import { aggregate } from '#lib/members/aggregate.ts';
import { identityStore } from '#lib/members/counting-table.ts';
import type { StreamRecord } from '#lib/members/log-change.ts';
import { type CountingWorld, startWorld } from './counting-world.ts';
import { storedEvent } from './stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());

const AT = '2026-03-01T15:30:00.000Z';
const order = (total: unknown, more: object = {}) => ({
  event: 'Order Completed',
  properties: JSON.stringify({ order_id: 'o1', total, ...more }),
});

async function readCounts(userId: string, ...fields: Array<Parameters<typeof storedEvent>[3]>) {
  await world.put(...fields.map((more, i) => storedEvent(userId, AT, `e${i}`, more)));
  await world.settle();
  return world.itemsOf(userId);
}

test('a day counts actions, net payment in fen, ratings and NPS, in the business time zone', async () => {
  const feedback = (event: string, properties: object) => ({ event, properties: JSON.stringify(properties) });
  const items = await readCounts(
    'day-1',
    { event: 'Post Created' },
    { event: 'Answer Posted', properties: JSON.stringify({ targetUserId: 'day-2' }) },
    { type: 'screen', name: 'Home' },
    order(199.9),
    order('0.10', { currency: 'cny' }),
    { event: 'Order Completed', properties: JSON.stringify({ revenue: 1 }) },
    { event: 'Order Refunded', properties: JSON.stringify({ total: 100 }) },
    feedback('Feedback Submitted', { rating: 4, text: '很好' }),
    feedback('NPS Submitted', { score: 10 }),
    feedback('NPS Submitted', { score: 0 }),
    { at: '2026-03-01T16:00:00.000Z', event: 'Lesson Completed' },
    { event: 'Search Performed' },
  );
  expect(items).toEqual({
    'day#2026-03-01': {
      post: 1,
      reply: 1,
      view: 1,
      order: 3,
      refund: 1,
      paidMinor: 10_100,
      feedback: 3,
      ratings: 1,
      ratingSum: 4,
      promoters: 1,
      detractors: 1,
      daytimeActions: 10,
    },
    'day#2026-03-02': { learn: 1 },
    'tie#2026-03#day-2': { reply: 1 },
  });
});

test('an order in another currency is stored, not counted, and shows up apart', async () => {
  const items = await readCounts('foreign', order(30, { currency: 'USD' }));
  expect(items).toEqual({ 'day#2026-03-01': { foreignOrders: 1 } });
});

test('nobody is tied to themselves, or to a placeholder', async () => {
  const liked = (targetUserId: unknown) => ({
    event: 'Post Liked',
    properties: JSON.stringify({ targetUserId }),
  });
  expect(await readCounts('selfish', liked('selfish'), liked('null'), liked(5))).toEqual({
    'day#2026-03-01': { like: 3, daytimeActions: 3 },
  });
});

test('traits are what the newest identify says, in whatever order they arrive', async () => {
  const identify = (at: string, traits: object) =>
    storedEvent('late', at, 'i', { type: 'identify', traits: JSON.stringify(traits) });
  await world.put(identify('2026-03-03T00:00:00.000Z', { city: '上海', plan: 'year' }));
  await world.settle();
  await world.put(identify('2026-03-02T00:00:00.000Z', { city: '北京', name: '小明' }));
  await world.settle();
  const { traits } = (await world.itemsOf('late'))['profile'] as {
    traits: Record<string, { value: string }>;
  };
  expect(
    Object.entries(traits)
      .map(([name, { value }]) => [name, value])
      .sort(),
  ).toEqual([
    ['city', '上海'],
    ['name', '小明'],
    ['plan', 'year'],
  ]);
});

test('what an anonymous id did before and after it was identified belongs to the member', async () => {
  await world.put(storedEvent('anon:visitor', AT, 'before'), storedEvent('anon:visitor', AT, 'before-2'));
  await world.settle();
  expect(await world.itemsOf('anon:visitor')).toEqual({ 'day#2026-03-01': { post: 2, daytimeActions: 2 } });
  await world.put(storedEvent('known', AT, 'link', { type: 'identify', anonymousId: 'visitor' }));
  await world.put(storedEvent('anon:visitor', AT, 'after'));
  await world.settle();
  expect(await world.itemsOf('anon:visitor')).toEqual({});
  expect(await world.logOf('anon:visitor')).toEqual([]);
  expect(await world.itemsOf('known')).toEqual({
    'day#2026-03-01': { post: 3, daytimeActions: 3 },
    profile: { traits: {}, anonymousIds: ['visitor'] },
  });
});

test('an anonymous id stays with the first member it was linked to', async () => {
  const link = (userId: string, id: string) =>
    storedEvent(userId, AT, id, { type: 'alias', previousId: 'tablet' });
  await world.put(link('first', 'l1'));
  await world.settle();
  await world.put(link('second', 'l2'), storedEvent('anon:tablet', AT, 'e'));
  await world.settle();
  expect(await world.itemsOf('first')).toHaveProperty(['day#2026-03-01', 'post'], 1);
  expect(await world.itemsOf('second')).not.toHaveProperty(['day#2026-03-01']);
});

test('an event that is corrected while it is being moved is not lost', async () => {
  const store = identityStore(world.client, world.tables);
  const first = storedEvent('anon:racing', AT, 'e', { anonymousId: 'racing' });
  const corrected = { ...first, event: 'Lesson Completed' };
  await world.put(corrected);
  await store.moveEvent(toEventItem(first), 'racer');
  expect(await world.logOf('anon:racing')).toMatchObject([{ event: 'Lesson Completed' }]);
  await store.moveEvent(toEventItem(corrected), 'racer');
  expect(await world.logOf('racer')).toMatchObject([{ event: 'Lesson Completed' }]);
  expect(await world.logOf('anon:racing')).toEqual([]);
});

test('a removal never creates an item', async () => {
  const [a, b] = [storedEvent('erased', AT, 'a'), storedEvent('erased', AT, 'b')];
  await world.put(a, b);
  await world.settle();
  const Key = { userId: { S: 'erased' }, sk: { S: 'day#2026-03-01' } };
  await world.client.send(new DeleteItemCommand({ TableName: world.tables.members, Key }));
  await world.remove('erased', a.sk);
  await world.remove('erased', b.sk);
  await world.settle();
  expect(await world.itemsOf('erased')).toEqual({});
  expect(await world.hasItem('erased', 'day#2026-03-01')).toBe(false);
});

test('what DynamoDB removes by age stays counted, traits too', async () => {
  const expiresAt = 1_800_000_000;
  const identify = storedEvent('aged', AT, 'i', { type: 'identify', traits: '{"city":"杭州"}', expiresAt });
  await world.put(storedEvent('aged', AT, 'e', { expiresAt }), identify);
  await world.settle();
  const before = await world.itemsOf('aged');
  await world.passTime(1_800_000_000_000);
  await world.sweep('aged', `${AT}#e`);
  await world.sweep('aged', identify.sk);
  await world.settle();
  expect(await world.itemsOf('aged')).toEqual(before);
});

test('a corrupt item is made again by the next event of its day', async () => {
  const corrupt = {
    userId: { S: 'corrupt' },
    sk: { S: 'day#2026-03-01' },
    post: { S: 'many' },
    seq: { S: '' },
  };
  await world.client.send(new PutItemCommand({ TableName: world.tables.members, Item: corrupt }));
  await world.put(storedEvent('corrupt', AT, 'e'), storedEvent('neighbour', AT, 'e'));
  await world.settle();
  expect(world.setAside).toEqual([]);
  expect(await world.itemsOf('corrupt')).toEqual({ 'day#2026-03-01': { post: 1, daytimeActions: 1 } });
  expect(await world.itemsOf('neighbour')).toEqual({ 'day#2026-03-01': { post: 1, daytimeActions: 1 } });
});

test('a record that is no event of ours is set aside; if that fails, it comes again', async () => {
  const record = (sequence: string, image: object): StreamRecord => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: sequence, NewImage: image },
  });
  const good = toEventItem(storedEvent('beside', AT, 'e'));
  const strange = { userId: { S: 'x' }, sk: { S: 'y' }, type: { S: 'z' } };
  const batch = [record('900', good), record('901', strange), record('902', good)];
  const kept: StreamRecord[] = [];
  const deps = { ...world.deps(), onRetry: () => {} };
  const failed = await aggregate(batch, {
    ...deps,
    deadLetter: () => Promise.reject(new Error('queue down')),
  });
  expect(failed).toBe('901');
  const setAside = async (bad: StreamRecord): Promise<void> => void kept.push(bad);
  expect(await aggregate(batch, { ...deps, deadLetter: setAside })).toBeUndefined();
  expect(kept).toEqual([batch[1]]);
});
