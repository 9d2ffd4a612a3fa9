import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recountMember } from '#lib/members/recount-member.ts';
import { isTransient, StoreError } from '#lib/platform/errors.ts';

import { listedMembers, type RebuildPartDeps, rebuildPart } from '#lib/rebuilds/rebuild-part.ts';
import { scannedMembers } from '#lib/rebuilds/rebuild-part-table.ts';

import { buildRebuildView, type RebuildRecord } from '#lib/rebuilds/rebuild-record.ts';
import { partRecords, rebuildRecords } from '#lib/rebuilds/rebuild-records-table.ts';
import type { RebuildScope } from '#lib/rebuilds/rebuild-view.ts';
import { createTables } from '#test/engines/dynamodb.ts';
import { tailStream } from '#test/engines/stream-tail.ts';
import { CountingWorld, startWorld } from '#test/lib/members/counting-world.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

let engine: Awaited<ReturnType<typeof startWorld>>;
let world: CountingWorld;
let expected: Map<string, Record<string, unknown>>;

beforeAll(async () => {
  engine = await startWorld();
});
afterAll(async () => engine.stop());
beforeEach(async () => {
  const { client, endpoint } = engine.world;
  const tables = await createTables(client);
  world = new CountingWorld(client, tables, await tailStream(client, endpoint, tables.events), endpoint);
  await damage();
});

const MEMBERS = Array.from({ length: 60 }, (_, i) => `u_${i}`);
const at = (day: number, hour = 0): string => new Date(Date.UTC(2026, 2, day, hour)).toISOString();

/** Sixty members, of whom some items are gone, wrong or too many; some have lost all items, and one all events. */
async function damage(): Promise<void> {
  for (const userId of MEMBERS)
    await world.put(storedEvent(userId, at(1), 'a'), storedEvent(userId, at(2), 'b'));
  await world.settle();
  expected = new Map();
  for (const userId of MEMBERS) expected.set(userId, await world.itemsOf(userId));
  expected.set('eventless', {});
  await remove('u_3', 'day#2026-03-01');
  await put('u_7', 'day#2026-03-02', { post: { N: '9' } });
  await put('u_11', 'day#2026-03-09', { post: { N: '1' } });
  for (const sk of ['day#2026-03-01', 'day#2026-03-02']) await remove('u_13', sk);
  await put('eventless', 'day#2026-03-05', { post: { N: '4' } });
}
const REPAIRED = [
  'eventless day#2026-03-05',
  'u_11 day#2026-03-09',
  'u_13 day#2026-03-01',
  'u_13 day#2026-03-02',
  'u_3 day#2026-03-01',
  'u_7 day#2026-03-02',
];

async function remove(userId: string, sk: string): Promise<void> {
  const Key = { userId: { S: userId }, sk: { S: sk } };
  await world.client.send(new DeleteItemCommand({ TableName: world.tables.members, Key }));
}

async function put(userId: string, sk: string, attributes: object): Promise<void> {
  const Item = { userId: { S: userId }, sk: { S: sk }, seq: { S: '011' }, ...attributes };
  await world.client.send(new PutItemCommand({ TableName: world.tables.members, Item }));
}

const records = () => rebuildRecords(world.client, world.tables.control, () => world.now);

function deps(overrides: Partial<RebuildPartDeps> = {}): RebuildPartDeps {
  return {
    rules: world.rules.version,
    find: records().find,
    records: partRecords(world.client, world.tables.control, () => world.now),
    memberSource: ({ members }) =>
      members ? listedMembers(members) : scannedMembers(world.client, world.tables),
    recount: (userId, dates) => recountMember(userId, world.deps(), dates),
    isTransient: isTransient,
    onPartDone: async () => {},
    pause: async () => {},
    isOutOfTime: () => false,
    now: () => world.now,
    log: () => {},
    ...overrides,
  };
}

async function job(scope: RebuildScope = {}, of = 3): Promise<RebuildRecord> {
  const record: RebuildRecord = {
    recountId: 'r-1',
    scope,
    of,
    startedBy: 'key-1',
    startedAt: world.now,
    execution: 'r-1',
    begunAt: world.now,
  };
  await records().create(record);
  return record;
}

/** Does all parts, call after call. @returns how many calls that took */
async function run({ recountId, of }: RebuildRecord, parts: RebuildPartDeps = deps()): Promise<number> {
  let calls = 0;
  for (let part = 0; part < of; part += 1) {
    let done = false;
    while (!done) {
      ({ done } = await rebuildPart({ recountId, part }, parts));
      calls += 1;
    }
  }
  return calls;
}

const found = async () => {
  const record = await records().find('r-1');
  return buildRebuildView(record!, await records().parts('r-1'));
};
const names = (examples: readonly { userId: string; sk: string }[]): string[] =>
  examples.map(({ userId, sk }) => `${userId} ${sk}`).sort();

async function expectRight(): Promise<void> {
  for (const [userId, items] of expected)
    expect([userId, await world.itemsOf(userId)]).toEqual([userId, items]);
}

const TOTALS = {
  membersChecked: 61,
  membersDiffering: 5,
  membersFailed: 0,
  itemsRepaired: 6,
  itemsRecent: 0,
  unreadableEvents: 0,
};

test('whatever is missing, wrong or too many is repaired for all members, and reported', async () => {
  const record = await job();
  expect(await run(record)).toBe(3);
  await expectRight();
  const view = await found();
  expect(view).toMatchObject({ ...TOTALS, parts: { done: 3, of: 3 } });
  expect(names(view.examples)).toEqual(REPAIRED);
});

describe('interrupted', () => {
  test('whenever there is time to say how far it is, it goes on there and comes to the same', async () => {
    const record = await job();
    let asked = 0;
    expect(await run(record, deps({ isOutOfTime: () => asked++ % 2 === 1 }))).toBeGreaterThan(6);
    await expectRight();
    expect(await found()).toMatchObject({ ...TOTALS, parts: { done: 3, of: 3 } });
    expect(names((await found()).examples)).toEqual(REPAIRED);
  });

  test('by errors, it tells the reason, and comes to the same', async () => {
    await job();
    const tries = new Map<string, number>();
    const unsteady = deps({
      recount: async (userId, dates) => {
        const before = tries.get(userId) ?? 0;
        tries.set(userId, before + 1);
        const result = await recountMember(userId, world.deps(), dates);
        if (before < 6 && result?.repaired.length === 0 && /[05]$/.test(userId))
          throw new StoreError(`no ${userId}`, { retriable: true });
        return result;
      },
    });
    let failures = 0;
    for (let part = 0; part < 3; part += 1) {
      for (let done = false; !done; ) {
        try {
          ({ done } = await rebuildPart({ recountId: 'r-1', part }, unsteady));
        } catch (error) {
          failures += 1;
          const saved = (await records().parts('r-1')).map(({ fault }) => fault);
          expect(saved).toContain((error as Error).message);
        }
      }
    }
    expect(failures).toBeGreaterThan(3);
    await expectRight();
    expect(await found()).toMatchObject({ ...TOTALS, parts: { done: 3, of: 3 } });
    expect((await records().parts('r-1')).map(({ fault }) => fault)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('without an answer, it goes on from what it last saved', async () => {
    const record = await job({}, 1);
    const times = { counted: 0 };
    const dead = new Error('killed');
    const { save, takeOver } = deps().records;
    const dying = deps({
      now: () => (world.now += 2_000),
      // Who is killed saves nothing any more.
      records: { takeOver, save: async (...how) => (times.counted > 30 ? undefined : save(...how)) },
      recount: async (userId, dates) => {
        times.counted += 1;
        if (times.counted > 30) throw dead;
        return recountMember(userId, world.deps(), dates);
      },
      isTransient: () => true,
    });
    await expect(rebuildPart({ recountId: 'r-1', part: 0 }, dying)).rejects.toBe(dead);
    const before = await found();
    expect(before.membersChecked).toBeGreaterThan(0);
    expect(before.membersChecked).toBeLessThan(31);
    await run(record);
    await expectRight();
    expect(await found()).toMatchObject({ membersChecked: 61, parts: { done: 1, of: 1 } });
  });

  test('by another call of the same part, it stops, and leaves that one’s word', async () => {
    await job({}, 1);
    const { save, takeOver } = deps().records;
    let isOvertaken = false;
    const overtaken = deps({
      records: {
        takeOver,
        save: async (...how) => {
          if (!isOvertaken) {
            isOvertaken = true;
            await rebuildPart({ recountId: 'r-1', part: 0 }, deps());
          }
          await save(...how);
        },
      },
    });
    await expect(rebuildPart({ recountId: 'r-1', part: 0 }, overtaken)).rejects.toThrow('Another call');
    expect(await found()).toMatchObject({ membersChecked: 61, parts: { done: 1, of: 1 } });
  });
});

test('a part that is through is not done again', async () => {
  const record = await job();
  await run(record);
  await put('u_3', 'day#2026-03-01', { post: { N: '9' } });
  expect(await run(record)).toBe(3);
  expect(await found()).toMatchObject(TOTALS);
});

test('only the days that are asked for are counted', async () => {
  await run(await job({ from: '2026-03-02', to: '2026-03-05' }));
  const view = await found();
  expect(view).toMatchObject({ scope: { from: '2026-03-02', to: '2026-03-05' }, membersChecked: 61 });
  expect(names(view.examples)).toEqual([
    'eventless day#2026-03-05',
    'u_13 day#2026-03-02',
    'u_7 day#2026-03-02',
  ]);
  expect(await world.hasItem('u_3', 'day#2026-03-01')).toBe(false);
  expect(await world.item('u_11', 'day#2026-03-09')).toMatchObject({ post: { N: '1' } });
});

test('only the members that are asked for are counted, wherever it was interrupted', async () => {
  const members = [...Array.from({ length: 20 }, (_, i) => `u_${i + 10}`), 'eventless', 'unknown'];
  let asked = 0;
  const record = await job({ members }, 1);
  expect(await run(record, deps({ isOutOfTime: () => asked++ % 2 === 1 }))).toBeGreaterThan(2);
  const view = await found();
  expect(view).toMatchObject({ scope: { members: 22 }, membersChecked: 21, membersDiffering: 3 });
  expect(await world.hasItem('u_3', 'day#2026-03-01')).toBe(false);
});

test('a member whom counting cannot come through with holds nobody up', async () => {
  const broken = deps({
    recount: async (userId, dates) => {
      if (userId === 'u_20') throw new RangeError('no luck');
      return recountMember(userId, world.deps(), dates);
    },
  });
  await run(await job(), broken);
  await expectRight();
  expect(await found()).toMatchObject({ ...TOTALS, membersFailed: 1 });
});

test('what counting may just not have come to yet is no example', async () => {
  const late = { receivedAt: new Date(world.now - 60_000).toISOString() };
  await world.put(storedEvent('u_30', at(4), 'late', late));
  await run(await job());
  expect(await found()).toMatchObject({ ...TOTALS, membersDiffering: 6, itemsRepaired: 7, itemsRecent: 1 });
  expect(names((await found()).examples)).toEqual(REPAIRED);
});

test('there is no part of a job that does not exist', async () => {
  await expect(rebuildPart({ recountId: 'nobody', part: 0 }, deps())).rejects.toThrow(
    'There is no rebuild nobody',
  );
});

test('of a log of many pages every member is found, once for each stretch of their events', async () => {
  const heavy = ['h_1', 'h_2', 'h_3'];
  for (const userId of heavy)
    for (let hour = 0; hour < 12; hour += 1)
      await world.put(
        storedEvent(userId, at(6, hour), `${hour}`, {
          properties: JSON.stringify({ text: 'x'.repeat(90_000) }),
        }),
      );
  const ids: string[] = [];
  const ends = new Set<string>();
  for await (const { members, end } of scannedMembers(world.client, world.tables).pages(0, 1)) {
    ids.push(...members.map(({ userId }) => userId));
    if (end !== undefined) ends.add(JSON.stringify(end));
  }
  expect(ends.size).toBeGreaterThan(3);
  const inLog = ids.slice(0, MEMBERS.length + heavy.length);
  expect(inLog.sort()).toEqual([...MEMBERS, ...heavy].sort());
  expect(new Set(ids)).toEqual(new Set([...MEMBERS, ...heavy, 'eventless']));
});
