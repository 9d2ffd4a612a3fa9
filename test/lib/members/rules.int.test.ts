import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createCalendar } from '#lib/events/calendar.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { type CountingWorld, RULES, startWorld } from './counting-world.ts';
import { foldLog } from './plain-fold.ts';
import { storedEvent } from './stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());
afterEach(() => {
  world.rules = RULES;
  world.mostEvents = undefined;
});

const rulesWith = ({ zone = 'Asia/Shanghai', currency = 'CNY', names = {} }) =>
  createCountingRules(buildTaxonomy(names), createCalendar(zone), currency);

const AT = '2026-03-01T03:00:00.000Z';
const DAY = 'day#2026-03-01';
const homework = (userId: string, at: string, id: string): StoredEvent =>
  storedEvent(userId, at, id, { event: 'Homework Handed In' });
const reply = (userId: string, at: string, id: string, fields: Partial<StoredEvent> = {}): StoredEvent =>
  storedEvent(userId, at, id, { event: 'Reply Created', properties: '{"targetUserId":"zoe"}', ...fields });

/** What a plain fold of the log by the rules of now gives of some items. */
async function fold(userId: string, ...keys: string[]): Promise<Record<string, unknown>> {
  const { amounts } = foldLog(await world.logOf(userId), world.rules);
  return Object.fromEntries([...amounts].filter(([sk]) => keys.length === 0 || keys.includes(sk)));
}

test('rules have a version: the same whatever the order of the names, another for any of them', () => {
  const version = (options: Parameters<typeof rulesWith>[0]): string => rulesWith(options).version;
  const [learn, post] = [{ learn: ['A', 'B'] }, { post: ['C'] }];
  expect(version({ names: { ...learn, ...post } })).toBe(version({ names: { ...post, learn: ['B', 'A'] } }));
  const versions = [
    {},
    { names: learn },
    { names: { post: ['A', 'B'] } },
    { zone: 'UTC' },
    { currency: 'USD' },
  ].map(version);
  expect(new Set(versions).size).toBe(versions.length);
  expect(versions.every((one) => /^[\w-]{12}$/.test(one))).toBe(true);
});

test('each day and tie says by which rules it was counted', async () => {
  await world.put(reply('says', AT, 'a'));
  await world.settle();
  for (const sk of [DAY, 'tie#2026-03#zoe'])
    expect(await world.item('says', sk)).toHaveProperty('rules', { S: RULES.version });
});

test('an event that was counted by the rules before and is removed under those of now takes away nothing that they never counted', async () => {
  const names = { learn: ['Homework Handed In'] };
  const userId = 'negative';
  world.rules = rulesWith({ names });
  await world.put(homework(userId, AT, 'a'), homework(userId, AT, 'b'), storedEvent(userId, AT, 'c'));
  await world.settle();
  expect(await world.itemsOf(userId)).toEqual({ [DAY]: { learn: 2, post: 1, daytimeActions: 3 } });

  world.rules = RULES;
  await world.remove(userId, `${AT}#a`);
  await world.remove(userId, `${AT}#c`);
  await world.settle();
  expect(await world.itemsOf(userId)).toEqual({});
  world.rules = rulesWith({ names });
  await world.remove(userId, `${AT}#b`);
  await world.settle();
  await recountMember(userId, world.deps());
  expect(await world.itemsOf(userId)).toEqual({});
});

test('a day that other rules counted is counted whole by those of now when anything of it changes, also where its events lie apart', async () => {
  const userId = 'mixed';
  world.mostEvents = 1;
  const at = (minute: number): string => `2026-03-01T03:${String(minute).padStart(2, '0')}:00.000Z`;
  const skewed = (id: string) => ({ sk: `2020-01-01T00:00:00.000Z#${id}` });
  for (let i = 0; i < 6; i += 1)
    await world.put(storedEvent(userId, at(i), `p${i}`), reply(userId, at(i), `r${i}`));
  await world.put({ ...homework(userId, at(8), 'h'), ...skewed('h') });
  await world.settle();
  world.rules = rulesWith({
    names: { like: ['Reply Created'], learn: ['Homework Handed In'], view: ['Post Created'] },
  });
  await world.put(storedEvent(userId, at(20), 'last'));
  await world.settle();
  const item = await world.item(userId, DAY);
  expect(item).toMatchObject({ view: { N: '7' }, like: { N: '6' }, learn: { N: '1' } });
  expect(item).not.toHaveProperty('post');
});

test('a tie that other rules counted is counted whole by those of now when one day of it changes', async () => {
  const userId = 'mixed tie';
  await world.put(reply(userId, AT, 'a'), reply(userId, '2026-03-05T03:00:00.000Z', 'b'));
  await world.settle();
  world.rules = rulesWith({ names: { like: ['Reply Created'] } });
  await world.put(reply(userId, '2026-03-05T04:00:00.000Z', 'c'));
  await world.settle();
  const tie = 'tie#2026-03#zoe';
  expect(await world.itemsOf(userId)).toMatchObject(await fold(userId, tie));
  expect(await fold(userId, tie)).toEqual({ [tie]: { like: 3 } });
});

test.each(['America/Los_Angeles', 'Pacific/Kiritimati'])(
  'a change of the time zone moves events to their new days and months, and leaves nothing behind: %s',
  async (zone) => {
    const userId = `moved ${zone}`;
    for (const [i, at] of ['2026-02-28T16:30:00.000Z', AT, '2026-03-31T15:30:00.000Z'].entries())
      await world.put(storedEvent(userId, at, `p${i}`), reply(userId, at, `r${i}`));
    await world.settle();
    const before = await world.itemsOf(userId);
    world.rules = rulesWith({ zone });
    await recountMember(userId, world.deps());
    expect(await world.itemsOf(userId)).toEqual(await fold(userId));
    expect(await world.itemsOf(userId)).not.toEqual(before);
    expect((await recountMember(userId, world.deps()))?.repaired).toEqual([]);
    await world.replay(userId);
    expect(await world.itemsOf(userId)).toEqual(await fold(userId));
  },
);

test('closed days keep what the rules of their time counted, in ties too, and open ones of the same month are counted by those of now', async () => {
  const userId = 'partly closed';
  const old = { expiresAt: Math.floor(world.now / 1000) + 2 * 86_400 };
  await world.put(reply(userId, AT, 'closed', old), reply(userId, AT, 'still in the log', old));
  await world.put(reply(userId, '2026-03-20T03:00:00.000Z', 'open'));
  await world.settle();
  await world.passTime(world.now + 3 * 86_400_000);
  await world.sweep(userId, `${AT}#closed`);
  await world.settle();
  world.rules = rulesWith({ names: { like: ['Reply Created'] } });
  await recountMember(userId, world.deps());
  const counted = {
    [DAY]: { reply: 2, daytimeActions: 2 },
    'day#2026-03-20': { like: 1, daytimeActions: 1 },
    'tie#2026-03#zoe': { reply: 2, like: 1 },
  };
  expect(await world.itemsOf(userId)).toEqual(counted);
  expect((await recountMember(userId, world.deps()))?.repaired).toEqual([]);
  await world.put(reply(userId, '2026-03-21T03:00:00.000Z', 'next'));
  await world.settle();
  expect(await world.itemsOf(userId)).toMatchObject({ 'tie#2026-03#zoe': { reply: 2, like: 2 } });
});

test('an item that does not say by which rules it was counted is counted again', async () => {
  const userId = 'unsaid';
  await world.put(storedEvent(userId, AT, 'a'));
  await world.settle();
  const { rules: _, ...item } = (await world.item(userId, DAY)) ?? {};
  const { client, tables } = world;
  await client.send(new PutItemCommand({ TableName: tables.members, Item: { ...item, post: { N: '7' } } }));
  await world.put(storedEvent(userId, AT, 'b'));
  await world.settle();
  expect(await world.itemsOf(userId)).toEqual({ [DAY]: { post: 2, daytimeActions: 2 } });
  expect(await world.item(userId, DAY)).toHaveProperty('rules');
});
