import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCalendar } from '#lib/events/calendar.ts';
import { type StoredEvent, toEventItem } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { aggregate } from '#lib/members/aggregate.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { countingStore } from '#lib/members/counting-table.ts';
import type { StreamRecord } from '#lib/members/log-change.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { type CountingWorld, startWorld } from './counting-world.ts';
import { foldLog } from './plain-fold.ts';
import { storedEvent } from './stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());

const AT = '2026-03-01T03:00:00.000Z';
const POSTS = (count: number) => ({ 'day#2026-03-01': { post: count, daytimeActions: count } });

const record = (number: string, stored: StoredEvent, old?: StoredEvent): StreamRecord => ({
  eventName: old === undefined ? 'INSERT' : 'MODIFY',
  dynamodb: {
    SequenceNumber: number,
    NewImage: toEventItem(stored),
    ...(old && { OldImage: toEventItem(old) }),
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

test('a stream that begins again with lower numbers goes on counting', async () => {
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

test('events of one millisecond are distinguished by their ids when they are too many to be read at once', async () => {
  await world.put(...Array.from({ length: 700 }, (_, i) => storedEvent('import', AT, `order-${i}`)));
  await world.settle();
  const one = storedEvent('import', AT, 'order-333-b');
  await world.put(one);
  expect(await itemsRead((deps) => aggregate([record('1', one)], deps as never))).toBeLessThan(300);
  await world.settle();
  expect(await world.itemsOf('import')).toEqual(POSTS(701));
});

test('an event without a time, or of a clock that is wrong, counts on its own day and costs little', async () => {
  const misdated = (id: string, sk: string): StoredEvent => storedEvent('misdated', AT, id, { sk });
  await world.put(
    storedEvent('misdated', AT, 'right'),
    misdated('untimed', '#untimed'),
    misdated('1970', '1970-01-01T00:00:01.000Z#reset'),
    misdated('future', '2031-01-01T00:00:00.000Z#ahead'),
  );
  for (let i = 0; i < 50; i += 1)
    await world.put(storedEvent('misdated', `2026-02-0${1 + (i % 9)}T03:00:00.000Z`, `o${i}`));
  await world.settle();
  expect(await world.itemsOf('misdated')).toMatchObject(POSTS(4));
  const more = misdated('untimed-2', '#untimed-2');
  await world.put(more);
  expect(await itemsRead((deps) => aggregate([record('1', more)], deps as never))).toBeLessThan(5);
  expect(await world.itemsOf('misdated')).toMatchObject(POSTS(5));
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
    'day#2026-03-01': { reply: 2, post: 1, daytimeActions: 3 },
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

test('what comes for a day whose events may be gone is stored and reported, not counted', async () => {
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
])('an event that goes by age, with %s, changes and writes nothing', async (what, identity) => {
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

const REPLY = { event: 'Reply Created', properties: '{"targetUserId":"friend"}' };
const TIE = 'tie#2026-03#friend';
const DAY = 'day#2026-03-01';

/** Posts of one day, so many seconds apart. */
const posts = (userId: string, from: string, count: number, seconds: number): StoredEvent[] =>
  Array.from({ length: count }, (_, i) =>
    storedEvent(userId, new Date(Date.parse(from) + i * seconds * 1000).toISOString(), `p${i}`),
  );

/** An item as the release before made it. */
const legacy = (userId: string, sk: string, amounts: Record<string, number>): Promise<unknown> =>
  world.client.send(
    new PutItemCommand({
      TableName: world.tables.members,
      Item: {
        userId: { S: userId },
        sk: { S: sk },
        seq: { S: '2112345' },
        ...Object.fromEntries(Object.entries(amounts).map(([name, n]) => [name, { N: String(n) }])),
      },
    }),
  );

test('a tie that one call wrote on what another has moved meanwhile is counted again', async () => {
  const [old, untimed, timed] = [
    storedEvent('tied', AT, 'r0', REPLY),
    storedEvent('tied', AT, 'k', { ...REPLY, sk: '#untimed' }),
    storedEvent('tied', AT, 'm', REPLY),
  ];
  await world.put(old);
  await world.settle();
  await world.put(untimed, timed);
  let [hasTie, mayGo] = [() => {}, () => {}];
  const whenTie = new Promise<void>((resolve) => (hasTie = resolve));
  const gate = new Promise<void>((resolve) => (mayGo = resolve));
  const { store } = world.deps();
  const first = aggregate([record('1', untimed)], {
    ...world.deps(),
    store: {
      ...store,
      replace: async (item, seen) => {
        if (item['sk']?.S === DAY) await gate;
        const written = await store.replace(item, seen);
        hasTie();
        return written;
      },
    },
  });
  await whenTie;
  await aggregate([record('2', timed)], {
    ...world.deps(),
    store: {
      ...store,
      replace: async (item, seen) => {
        mayGo();
        await first;
        return store.replace(item, seen);
      },
    },
  });
  expect(await world.itemsOf('tied')).toEqual({
    [DAY]: { reply: 3, daytimeActions: 3 },
    [TIE]: { reply: 3 },
  });
});

test('an insertion that was set aside counts nothing when it comes again after its event has gone', async () => {
  const stored = storedEvent('phantom', AT, 'e');
  await world.put(stored);
  const deps = world.deps();
  const broken = { ...deps.store, replace: () => Promise.reject(new TypeError('broken')) };
  await aggregate([record('1', stored)], { ...deps, store: broken });
  await world.remove('phantom', stored.sk);
  await aggregate([record('1', stored)], deps);
  expect(await world.itemsOf('phantom')).toEqual({});
  world.setAside.length = 0;
  await world.settle();
});

test('events without a time take few parts of a day, and few readings', async () => {
  const untimed = Array.from({ length: 300 }, (_, i) =>
    storedEvent('curl', AT, `${i}`, {
      ...REPLY,
      sk: `#${((i * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}`,
    }),
  );
  await world.put(...untimed);
  await aggregate(
    untimed.map((stored, i) => record(String(i), stored)),
    world.deps(),
  );
  const { store } = world.deps();
  let queries = 0;
  const one = storedEvent('curl', AT, 'one', { ...REPLY, sk: '#abc' });
  await world.put(one);
  await aggregate([record('1', one)], {
    ...world.deps(),
    store: {
      ...store,
      events: (userId, span) => {
        queries += 1;
        return store.events(userId, span);
      },
    },
  });
  expect(await world.itemsOf('curl')).toEqual({
    [DAY]: { reply: 301, daytimeActions: 301 },
    [TIE]: { reply: 301 },
  });
  expect(queries).toBeLessThan(25);
  await world.settle();
}, 60_000);

test('renewals of half a day add up, so that a file imported twice a day keeps its days open', async () => {
  const expiresAt = Math.floor(world.now / 1000) + 400 * 86_400;
  for (let n = 0; n <= 10; n += 1) {
    await world.put(storedEvent('synced', AT, 'e', { expiresAt: expiresAt + n * 43_200 }));
    await world.settle();
  }
  await world.passTime(expiresAt * 1000 + 7_200_000);
  await world.put(storedEvent('synced', AT, 'another', { expiresAt: expiresAt + 400 * 86_400 }));
  await world.settle();
  expect(await world.itemsOf('synced')).toEqual(POSTS(2));
});

test('a tie of an earlier release keeps what expires, also on a day that is closed already', async () => {
  const expiresAt = Math.floor(world.now / 1000) + 10 * 86_400;
  const view = storedEvent('old-tie', AT, 'v', { event: 'Post Viewed', expiresAt });
  const reply = storedEvent('old-tie', AT, 'r1', { ...REPLY, expiresAt: expiresAt + 60 });
  const later = storedEvent('old-tie', '2026-03-02T03:00:00.000Z', 'r2', {
    ...REPLY,
    expiresAt: expiresAt + 50 * 86_400,
  });
  await world.put(view, reply, later);
  await world.settle();
  await legacy('old-tie', DAY, { view: 1, reply: 1 });
  await legacy('old-tie', 'day#2026-03-02', { reply: 1 });
  await legacy('old-tie', TIE, { reply: 2 });
  await world.passTime((expiresAt + 7_200) * 1000);
  await world.sweep('old-tie', view.sk);
  await world.settle();
  await world.sweep('old-tie', reply.sk);
  await world.settle();
  await recountMember('old-tie', world.deps());
  expect((await world.itemsOf('old-tie'))[TIE]).toEqual({ reply: 2 });
});

test('counting again finds an event in whatever hour of a large day its record was lost', async () => {
  await world.put(...posts('large', '2026-03-01T01:00:00Z', 200, 30));
  await world.settle();
  const stored = storedEvent('large', '2026-03-01T09:00:00.000Z', 'lost');
  await world.put(stored);
  expect((await recountMember('large', world.deps()))?.repaired).toEqual([{ sk: DAY, recent: false }]);
  expect(await world.itemsOf('large')).toEqual(POSTS(201));
  await world.settle();
});

test.each([
  ['event names', { learn: ['Homework Handed In'] }, 'Asia/Shanghai'],
  ['the time zone', {}, 'UTC'],
  ['the time zone, to one where a wrong clock is on another day', {}, 'America/New_York'],
])('counting again by other rules gives what they say: %s', async (what, names, zone) => {
  const userId = `rules ${what}`;
  const homework = storedEvent(userId, '2026-03-01T09:00:00.000Z', 'hw', { event: 'Homework Handed In' });
  const skewed = storedEvent(userId, '2026-03-01T05:30:00.000Z', 's', { sk: '2026-03-01T01:00:00.000Z#s' });
  await world.put(...posts(userId, '2026-03-01T08:00:00Z', 320, 120), homework, skewed);
  await world.settle();
  const rules = createCountingRules(buildTaxonomy(names), createCalendar(zone), 'CNY');
  const deps = { ...world.deps(), rules };
  await recountMember(userId, deps);
  const more = storedEvent(userId, '2026-03-01T15:00:00.000Z', 'more');
  await world.put(more);
  await aggregate([record('1', more)], deps);
  const fold = foldLog(await world.logOf(userId), rules).amounts;
  expect(await world.itemsOf(userId)).toEqual(Object.fromEntries(fold));
});

test('an event that comes back to an anonymous id does not undo its member’s correction', async () => {
  const order = (userId: string, total: number, receivedAt: string) =>
    storedEvent(userId, AT, 'o', { event: 'Order Completed', properties: `{"total":${total}}`, receivedAt });
  const first = order('anon:back', 199, '2026-03-01T04:00:00.000Z');
  await world.put({ ...first, anonymousId: 'back' });
  await world.put(storedEvent('buyer', AT, 'who', { type: 'identify', anonymousId: 'back' }));
  await world.settle();
  await world.put(order('buyer', 99, '2026-03-02T04:00:00.000Z'));
  await world.settle();
  await world.put({ ...first, anonymousId: 'back' });
  await world.settle();
  expect(await world.itemsOf('buyer')).toHaveProperty([DAY, 'paidMinor'], 9_900);
  expect(await world.logOf('anon:back')).toEqual([]);
});
