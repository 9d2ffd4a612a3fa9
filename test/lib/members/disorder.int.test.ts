import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aggregate } from '#lib/members/aggregate.ts';
import type { StreamRecord } from '#lib/members/changes.ts';
import { countingStore } from '#lib/members/counting-table.ts';
import { eventItem, type StoredEvent } from '#lib/tracking/stored-event.ts';
import { type CountingWorld, startWorld } from './counting-world.ts';
import { storedEvent } from './stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());

const AT = '2026-03-01T03:00:00.000Z';
const POSTS = (count: number) => ({ 'day#2026-03-01': { post: count } });

const record = (number: string, stored: StoredEvent, old?: StoredEvent): StreamRecord => ({
  eventName: old === undefined ? 'INSERT' : 'MODIFY',
  dynamodb: {
    SequenceNumber: number,
    NewImage: eventItem(stored),
    ...(old && { OldImage: eventItem(old) }),
  },
});

/** What counting reads of the log while something runs. */
async function itemsRead(
  run: (deps: ReturnType<CountingWorld['deps']>) => Promise<unknown>,
): Promise<number> {
  const store = countingStore(world.client, world.tables);
  let read = 0;
  await run({
    ...world.deps(),
    store: {
      ...store,
      async *events(userId, span) {
        for await (const page of store.events(userId, span)) {
          read += page.length;
          yield page;
        }
      },
    },
  });
  return read;
}

test('two posts of a day count twice when the later one is delivered first', async () => {
  const [first, second] = [storedEvent('early', AT, '100'), storedEvent('early', AT, '200')];
  await world.put(first, second);
  await aggregate([record('200', second)], world.deps());
  await aggregate([record('100', first)], world.deps());
  expect(await world.itemsOf('early')).toEqual(POSTS(2));
});

test('a stream that begins anew with lower numbers goes on counting', async () => {
  const [before, after] = [storedEvent('restored', AT, 'a'), storedEvent('restored', AT, 'b')];
  await world.put(before);
  await aggregate([record(String(2n ** 70n), before)], world.deps());
  await world.put(after);
  await aggregate([record('1', after)], world.deps());
  expect(await world.itemsOf('restored')).toEqual(POSTS(2));
});

test('two calls that count a member at the same time leave both of their events counted', async () => {
  const events = Array.from({ length: 40 }, (_, i) => storedEvent('beside', AT, `e${i}`));
  await world.put(...events);
  await Promise.all(
    [0, 1, 2, 3].map((lane) =>
      aggregate(
        events.filter((_, i) => i % 4 === lane).map((stored, i) => record(String(i), stored)),
        world.deps(),
      ),
    ),
  );
  expect(await world.itemsOf('beside')).toEqual(POSTS(40));
});

test('an event that was taken away before its record came counts nothing in the end, nor when it comes again', async () => {
  const gone = storedEvent('gone', AT, 'e');
  await world.put(gone);
  await world.remove('gone', gone.sk);
  await world.settle();
  expect(await world.itemsOf('gone')).toEqual({});
  await aggregate([record('1', gone)], world.deps());
  expect(await world.itemsOf('gone')).toEqual({});
});

test('one more event of a large day reads a small part of them', async () => {
  const hours = Array.from(
    { length: 900 },
    (_, i) => new Date(Date.parse('2026-03-01T00:00:00Z') + i * 50_000),
  );
  await world.put(...hours.map((at, i) => storedEvent('busy', at.toISOString(), `e${i}`)));
  await world.settle();
  expect(await world.itemsOf('busy')).toEqual(POSTS(900));
  const one = storedEvent('busy', hours[450]!.toISOString(), 'one more');
  await world.put(one);
  expect(await itemsRead((deps) => aggregate([record('1', one)], deps as never))).toBeLessThan(300);
  await world.settle();
  expect(await world.itemsOf('busy')).toEqual(POSTS(901));
  expect((await world.item('busy', 'day#2026-03-01'))?.['parts']?.S?.length).toBeLessThan(1_000);
});

test('events of one millisecond are told apart by their ids when they are too many to be read at once', async () => {
  await world.put(...Array.from({ length: 700 }, (_, i) => storedEvent('import', AT, `order-${i}`)));
  await world.settle();
  const one = storedEvent('import', AT, 'order-333-b');
  await world.put(one);
  expect(await itemsRead((deps) => aggregate([record('1', one)], deps as never))).toBeLessThan(300);
  await world.settle();
  expect(await world.itemsOf('import')).toEqual(POSTS(701));
});

test('an event without a time, or of a clock that is wrong, counts on its own day and costs little', async () => {
  const stray = (id: string, sk: string): StoredEvent => storedEvent('strays', AT, id, { sk });
  await world.put(
    storedEvent('strays', AT, 'right'),
    stray('untimed', '#untimed'),
    stray('1970', '1970-01-01T00:00:01.000Z#reset'),
    stray('future', '2031-01-01T00:00:00.000Z#ahead'),
  );
  for (let i = 0; i < 50; i += 1)
    await world.put(storedEvent('strays', `2026-02-0${1 + (i % 9)}T03:00:00.000Z`, `o${i}`));
  await world.settle();
  expect(await world.itemsOf('strays')).toMatchObject(POSTS(4));
  const more = stray('untimed-2', '#untimed-2');
  await world.put(more);
  expect(await itemsRead((deps) => aggregate([record('1', more)], deps as never))).toBeLessThan(5);
  expect(await world.itemsOf('strays')).toMatchObject(POSTS(5));
});

test('a day that an earlier release counted goes on from the log, events beside its hours included', async () => {
  const old = storedEvent('legacy', AT, 'old', {
    event: 'Reply Created',
    properties: '{"targetUserId":"friend"}',
  });
  await world.put(old, storedEvent('legacy', AT, 'untimed', { sk: '#untimed' }));
  await world.settle();
  const legacy = [
    { sk: 'day#2026-03-01', amounts: { reply: 1, post: 1 } },
    { sk: 'tie#2026-03#friend', amounts: { reply: 1 } },
  ];
  for (const { sk, amounts } of legacy) {
    const names = Object.keys(amounts);
    await world.client.send(
      new UpdateItemCommand({
        TableName: world.tables.members,
        Key: { userId: { S: 'legacy' }, sk: { S: sk } },
        UpdateExpression: `SET seq = :seq, ${names.map((name) => `${name} = :${name}`).join(', ')} REMOVE parts, days, closesAt`,
        ExpressionAttributeValues: {
          ':seq': { S: '211234' },
          ...Object.fromEntries(
            Object.entries(amounts).map(([name, amount]) => [`:${name}`, { N: String(amount) }]),
          ),
        },
      }),
    );
  }
  await world.put(
    storedEvent('legacy', AT, 'new', { event: 'Reply Created', properties: '{"targetUserId":"friend"}' }),
  );
  await world.settle();
  expect(await world.itemsOf('legacy')).toEqual({
    'day#2026-03-01': { reply: 2, post: 1 },
    'tie#2026-03#friend': { reply: 2 },
  });
});

test('a call of the release before that is still under way adds nothing to what is counted from the log', async () => {
  await world.put(storedEvent('deploy', AT, 'e'));
  await world.settle();
  const late = new UpdateItemCommand({
    TableName: world.tables.members,
    Key: { userId: { S: 'deploy' }, sk: { S: 'day#2026-03-01' } },
    UpdateExpression: 'SET seq = :last ADD post :one',
    ConditionExpression: 'attribute_not_exists(seq) OR seq < :first',
    ExpressionAttributeValues: {
      ':first': { S: `40${'9'.repeat(40)}` },
      ':last': { S: `40${'9'.repeat(40)}` },
      ':one': { N: '1' },
    },
  });
  await expect(world.client.send(late)).rejects.toThrow('conditional');
});

test('what comes for a day whose events may be gone is kept and told, not counted', async () => {
  const expiresAt = 1_800_000_000;
  const order = (id: string, more: Partial<StoredEvent> = {}) =>
    storedEvent('closed', AT, id, {
      event: 'Order Completed',
      properties: '{"total":199}',
      expiresAt,
      ...more,
    });
  await world.put(order('o1'), order('o2'));
  await world.settle();
  const counted = await world.itemsOf('closed');
  await world.passTime(expiresAt * 1000 + 7_200_000);
  await world.sweep('closed', `${AT}#o1`);
  await world.settle();
  const again = { receivedAt: new Date(world.now).toISOString(), expiresAt: expiresAt + 400 * 86_400 };
  await world.put(order('o1', again), order('o2', again), order('o3', again));
  await world.settle();
  expect(await world.itemsOf('closed')).toEqual(counted);
  expect((await world.item('closed', 'day#2026-03-01'))?.['late']).toEqual({ N: '3' });
  expect(await world.logOf('closed')).toHaveLength(3);
});

test('a file that is imported again in time keeps its days open', async () => {
  const expiresAt = 1_900_000_000;
  await world.put(storedEvent('renewed', AT, 'e', { expiresAt }));
  await world.settle();
  await world.put(storedEvent('renewed', AT, 'e', { expiresAt: expiresAt + 30 * 86_400 }));
  await world.settle();
  await world.passTime(expiresAt * 1000 + 7_200_000);
  await world.put(storedEvent('renewed', AT, 'another', { expiresAt: expiresAt + 400 * 86_400 }));
  await world.settle();
  expect(await world.itemsOf('renewed')).toEqual(POSTS(2));
});

test.each([
  ['by the name of DynamoDB', { principalId: 'dynamodb.amazonaws.com', type: 'Service' }],
  ['by the type alone, as in a replica', { type: 'Service' }],
  ['by nothing but its age', undefined],
])('an event that goes by age, told %s, changes and writes nothing', async (what, identity) => {
  const userId = `aged ${what}`;
  const expiresAt = Math.floor(world.now / 1000) + 86_400;
  const reply = { event: 'Reply Created', properties: '{"targetUserId":"friend"}', expiresAt };
  await world.put(storedEvent(userId, AT, 'e', reply), storedEvent(userId, AT, 'f', reply));
  await world.settle();
  const before = await Promise.all(
    ['day#2026-03-01', 'tie#2026-03#friend'].map((sk) => world.item(userId, sk)),
  );
  await world.passTime((expiresAt + 7_200) * 1000);
  await world.sweep(userId, `${AT}#e`, identity);
  await world.settle();
  const after = await Promise.all(
    ['day#2026-03-01', 'tie#2026-03#friend'].map((sk) => world.item(userId, sk)),
  );
  expect(after).toEqual(before);
});

test('what can never succeed is set aside after a few tries, and costs its neighbours nothing', async () => {
  // Just under the 400 KB that an item may have; with a longer id it is over.
  const properties = `{"x":"${'x'.repeat(409_250)}"}`;
  await world.put(
    storedEvent('anon:large', AT, 'large', {
      anonymousId: 'large',
      properties,
    }),
    storedEvent('anon:large', AT, 'small', { anonymousId: 'large' }),
  );
  await world.settle();
  const owner = `the-owner-of-it-${'u'.repeat(230)}`;
  const link = storedEvent(owner, AT, 'link', { type: 'identify', anonymousId: 'large' });
  await world.put(link, storedEvent('bystander', AT, 'e'));
  let tries = 0;
  const deps = world.deps();
  const broken = {
    ...deps,
    identity: {
      ...deps.identity,
      link: async () => {
        tries += 1;
        throw new TypeError('a bug of ours');
      },
    },
  };
  expect(
    await aggregate([record('1', link), record('2', storedEvent('bystander', AT, 'e'))], broken),
  ).toBeUndefined();
  expect(tries).toBe(3);
  expect(world.setAside).toEqual(['a bug of ours']);
  expect(await world.itemsOf('bystander')).toEqual(POSTS(1));
  await world.settle();
  expect(world.setAside.length).toBeGreaterThan(1);
  expect((await world.logOf('anon:large')).map(({ sk }) => sk)).toEqual([`${AT}#large`]);
  expect((await world.logOf(owner)).map(({ sk }) => sk)).toEqual([`${AT}#link`, `${AT}#small`]);
  world.setAside.length = 0;
});

test('an identify call that says what it said before reads nothing', async () => {
  const events = Array.from({ length: 30 }, (_, i) => storedEvent('again', AT, `e${i}`));
  const who = storedEvent('again', AT, 'who', {
    type: 'identify',
    traits: '{"name":"小明"}',
    anonymousId: 'phone',
  });
  await world.put(...events, who);
  await world.settle();
  const before = await world.item('again', 'profile');
  const later = { ...who, receivedAt: '2026-03-02T00:00:00.000Z', expiresAt: who.expiresAt + 60 };
  expect(await itemsRead((deps) => aggregate([record('1', later, who)], deps as never))).toBe(0);
  const more = storedEvent('again', '2026-03-03T00:00:00.000Z', 'more', {
    type: 'identify',
    traits: '{"city":"上海"}',
  });
  expect(await world.item('again', 'profile')).toEqual(before);
  await world.put(more);
  expect(await itemsRead((deps) => aggregate([record('1', more)], deps as never)), 'a new one').toBe(0);
  expect(await world.itemsOf('again')).toHaveProperty('profile.traits.city.value', '上海');
});

test('a profile stays small however many ids are linked to it', async () => {
  const ids = Array.from({ length: 400 }, (_, i) => `device-${String(i).padStart(4, '0')}`);
  const link = (id: string): StoredEvent =>
    storedEvent('many', AT, `link-${id}`, { type: 'identify', anonymousId: id });
  await world.put(...ids.map(link));
  await world.settle();
  const profile = await world.item('many', 'profile');
  expect(profile?.['anonymousIds']?.SS).toHaveLength(100);
  expect(profile?.['moreIds']?.BOOL).toBe(true);
  const isKept = async (id: string): Promise<boolean> =>
    profile?.['anonymousIds']?.SS?.includes(id) === true || (await world.hasItem('many', `alias#${id}`));
  for (const id of [ids[0]!, ids[99]!, ids[100]!, ids[399]!]) expect(await isKept(id), id).toBe(true);
}, 60_000);
