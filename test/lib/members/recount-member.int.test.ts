import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { type CountingWorld, startWorld } from './counting-world.ts';
import { storedEvent } from './stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());

const at = (day: number, hour = 0): string => new Date(Date.UTC(2026, 2, day, hour)).toISOString();

function history(userId: string): StoredEvent[] {
  const reply = { event: 'Reply Created', properties: JSON.stringify({ targetUserId: 'friend' }) };
  return [
    storedEvent(userId, at(1), 'a'),
    storedEvent(userId, at(1, 2), 'b', reply),
    storedEvent(userId, at(2), 'c', { event: 'Order Completed', properties: '{"total":19.9}' }),
    storedEvent(userId, at(3), 'd', {
      type: 'identify',
      traits: '{"name":"小红"}',
      anonymousId: `device-${userId}`,
    }),
  ];
}

const damage = {
  'a day that is gone': (userId: string) => remove(userId, 'day#2026-03-01'),
  'a day that was counted wrongly': (userId: string) => put(userId, 'day#2026-03-01', { post: { N: '7' } }),
  'a day of the wrong types': (userId: string) => put(userId, 'day#2026-03-02', { order: { S: 'one' } }),
  'a day that never was': (userId: string) => put(userId, 'day#2026-03-09', { post: { N: '1' } }),
  'a tie that is gone': (userId: string) => remove(userId, 'tie#2026-03#friend'),
  'a profile that cannot be read': (userId: string) => put(userId, 'profile', { traits: { S: '{' } }),
  'everything gone': async (userId: string) => {
    for (const sk of ['day#2026-03-01', 'day#2026-03-02', 'tie#2026-03#friend', 'profile'])
      await remove(userId, sk);
  },
};

async function remove(userId: string, sk: string): Promise<void> {
  const Key = { userId: { S: userId }, sk: { S: sk } };
  await world.client.send(new DeleteItemCommand({ TableName: world.tables.members, Key }));
}

async function put(userId: string, sk: string, attributes: object): Promise<void> {
  const Item = { userId: { S: userId }, sk: { S: sk }, seq: { S: '011' }, ...attributes };
  await world.client.send(new PutItemCommand({ TableName: world.tables.members, Item }));
}

test.each(Object.entries(damage))(
  'counting again makes the same items from the log: %s',
  async (_what, harm) => {
    const userId = `recounted-${_what}`;
    await world.put(...history(userId));
    await world.settle();
    const before = await world.itemsOf(userId);
    await harm(userId);
    const found = await recountMember(userId, world.deps());
    expect(found).toMatchObject({ events: 4, unreadable: 0 });
    expect(found?.repaired.length).toBeGreaterThan(0);
    expect(await world.itemsOf(userId)).toEqual(before);
    await world.put(storedEvent(userId, at(2, 3), 'later'));
    await world.settle();
    await world.replay(userId);
    expect(await world.itemsOf(userId), 'after a replay').toEqual(await world.foldOf(userId));
  },
);

test('counting again what is right changes nothing', async () => {
  await world.put(...history('right'));
  await world.settle();
  expect(await recountMember('right', world.deps())).toEqual({
    events: 4,
    unreadable: 0,
    itemsChecked: 4,
    repaired: [],
  });
});

test('an event that counting has not come to yet is found, and marked as recent', async () => {
  const late = { receivedAt: new Date(world.now - 60_000).toISOString() };
  await world.put(storedEvent('lagging', at(1), 'old'), storedEvent('lagging', at(2), 'new', late));
  const found = await recountMember('lagging', world.deps());
  expect(found?.repaired).toEqual([
    { sk: 'day#2026-03-01', recent: false },
    { sk: 'day#2026-03-02', recent: true },
  ]);
  await world.settle();
  expect(await world.itemsOf('lagging')).toEqual(await world.foldOf('lagging'));
});

test('days whose events may be gone by age keep what they counted', async () => {
  const events = history('old').map((stored) => ({ ...stored, expiresAt: 1_800_000_000 }));
  await world.put(...events);
  await world.settle();
  const before = await world.itemsOf('old');
  await world.passTime(1_800_000_000_000);
  await world.sweep('old', `${at(1)}#a`);
  await world.settle();
  expect(await recountMember('old', world.deps())).toMatchObject({ repaired: [] });
  expect(await world.itemsOf('old')).toEqual(before);
});

test('only the days that are asked for are counted again', async () => {
  await world.put(...history('some-days'));
  await world.settle();
  await remove('some-days', 'day#2026-03-01');
  await remove('some-days', 'day#2026-03-03');
  await remove('some-days', 'profile');
  await recountMember('some-days', world.deps(), new Set(['2026-03-01']));
  expect(await world.hasItem('some-days', 'day#2026-03-01')).toBe(true);
  expect(await world.hasItem('some-days', 'profile')).toBe(false);
});

test('what lost records would have moved is moved', async () => {
  await world.put(
    storedEvent('anon:lost-device', at(1), 'before'),
    storedEvent('finder', at(2), 'link', { type: 'identify', anonymousId: 'lost-device' }),
  );
  expect(await recountMember('finder', world.deps())).toMatchObject({ events: 1 });
  expect(await world.logOf('anon:lost-device')).toEqual([]);
  await world.settle();
  expect(await world.itemsOf('finder')).toHaveProperty(['day#2026-03-01', 'post'], 1);
});

test('nobody is made of an id that nothing is known of', async () => {
  expect(await recountMember('unknown', world.deps())).toBeUndefined();
});
