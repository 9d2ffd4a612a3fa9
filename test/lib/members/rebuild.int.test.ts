import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuildMember } from '#lib/members/rebuild.ts';
import { rebuildStore } from '#lib/members/rebuild-table.ts';
import type { RebuildResult } from '#lib/members/view.ts';
import type { StoredEvent } from '#lib/tracking/stored-event.ts';
import { type CountingWorld, RULES, startWorld } from './counting-world.ts';
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

/** Rebuilds while the consumer goes on consuming, as it does when deployed. */
const rebuilt = (userId: string): Promise<RebuildResult | undefined> =>
  world.settleWhile(rebuildMember(userId, RULES, rebuildStore(world.client, world.tables)));

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

test.each(Object.entries(damage))('a rebuild makes the same items from the log: %s', async (_what, harm) => {
  const userId = `rebuilt-${_what}`;
  await world.put(...history(userId));
  await world.settle();
  const before = await world.itemsOf(userId);
  await harm(userId);
  const result = await rebuilt(userId);
  expect(result).toMatchObject({ userId, events: 4 });
  expect(result?.itemsRepaired).toBeGreaterThan(0);
  expect(await world.itemsOf(userId)).toEqual(before);
  await world.put(storedEvent(userId, at(2, 3), 'later'));
  world.rewind(userId);
  await world.settle();
  expect(await world.itemsOf(userId), 'after a replay').toEqual(await world.foldOf(userId));
});

test('a rebuild of what is right changes nothing', async () => {
  await world.put(...history('right'));
  await world.settle();
  expect(await rebuilt('right')).toEqual({ userId: 'right', events: 4, itemsChecked: 4, itemsRepaired: 0 });
});

test('events that come, change and go during a rebuild are counted once', async () => {
  const userId = 'busy';
  await world.put(...history(userId));
  await world.settle();
  await remove(userId, 'day#2026-03-01');
  const store = rebuildStore(world.client, world.tables);
  const result = await rebuildMember(userId, RULES, {
    ...store,
    async passMarker(id) {
      await world.put(
        storedEvent(userId, at(1, 4), 'during'),
        storedEvent(userId, at(2), 'c', { event: 'Post Created' }),
      );
      const passing = store.passMarker(id);
      await world.settle();
      const passed = await Promise.race([passing, settleUntil(passing)]);
      await world.put(storedEvent(userId, at(1, 5), `after-${passed}`));
      await world.remove(userId, `${at(1)}#a`);
      return passed;
    },
  }).catch((error: unknown) => error);
  expect(result).toMatchObject({ code: 'member_busy' });
  await rebuilt(userId);
  await world.settle();
  expect(await world.itemsOf(userId)).toEqual(await world.foldOf(userId));
});

async function settleUntil<T>(passing: Promise<T>): Promise<T> {
  let done = false;
  const noted = passing.finally(() => {
    done = true;
  });
  while (!done) await world.settle();
  return noted;
}

test('days whose events have partly expired keep what they counted', async () => {
  await world.put(...history('old'));
  await world.settle();
  const before = await world.itemsOf('old');
  await world.remove('old', `${at(1)}#a`, true);
  await world.settle();
  await rebuilt('old');
  expect(await world.itemsOf('old')).toEqual(before);
});

test('nobody is made of a stranger', async () => {
  expect(await rebuilt('stranger')).toBeUndefined();
});

test('a rebuild that counting does not catch up with says so and changes nothing', async () => {
  await world.put(...history('behind'));
  const store = { ...rebuildStore(world.client, world.tables), passMarker: async () => undefined };
  await expect(rebuildMember('behind', RULES, store)).rejects.toMatchObject({ code: 'counting_behind' });
  expect(await world.itemsOf('behind')).toEqual({});
});
