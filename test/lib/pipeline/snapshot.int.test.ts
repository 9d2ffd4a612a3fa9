import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import { type Item, type StoredEvent, toEventItem } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { FEATURES } from '#lib/features/catalogue.ts';
import { type MemberDays, ownFeatures } from '#lib/features/features.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { feedbackTexts } from '#lib/pipeline/feedback-table.ts';
import { scanMembers } from '#lib/pipeline/members-table.ts';
import {
  featurePartitions,
  readSnapshot,
  tiePartitions,
  trainingPartitions,
} from '#lib/pipeline/partitions.ts';
import { readSums } from '#lib/pipeline/run-files.ts';
import { type SnapshotDeps, takeSnapshot } from '#lib/pipeline/snapshot.ts';
import { type ManagedObjectStore, s3Objects } from '#lib/platform/s3.ts';
import type { FeedbackText } from '#lib/reports/parts.ts';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';
import { amountsItem, profileItem } from '#test/lib/members/plain-fold.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

const ASOF = '2026-11-22';
const RULES = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), 'CNY');

let engine: Awaited<ReturnType<typeof startEngine>>;
let bucket: Awaited<ReturnType<typeof startBucket>>;
let client: DynamoDBClient;
let tables: TestTables;
let store: ManagedObjectStore;
let sources: SnapshotDeps;

const day = (userId: string, ago: number, amounts: Record<string, number>): Item =>
  amountsItem(userId, `day#${addDays(ASOF, -ago)}`, amounts);
const tie = (userId: string, month: string, target: string, amounts: Record<string, number>): Item =>
  amountsItem(userId, `tie#${month}#${target}`, amounts);
const profile = (userId: string, name: string): Item =>
  profileItem(userId, { traits: { name: { value: name, stamp: 'x' } }, anonymousIds: [] });

const MANY = Array.from({ length: 60 }, (_, i) => `member-${i}`);
const buildDays = (i: number): MemberDays =>
  Array.from({ length: 1 + (i % 9) }, (_, n) => ({
    date: addDays(ASOF, -1 - ((i * 7 + n * 11) % 100)),
    amounts: { post: 1 + (i % 3), reply: n + 1, ...(n === 2 && { order: 1, paidMinor: 990 * i }) },
  })).sort((a, b) => (a.date < b.date ? -1 : 1));

/** One who holds more than a page of a scan: each of 4,000 ties of 300 bytes. */
const LARGE = 'large';
const TARGETS = Array.from({ length: 4_000 }, (_, i) => `${'目'.repeat(80)}-${i}`);

const ITEMS: Item[] = [
  ...MANY.flatMap((userId, i) => [
    ...buildDays(i).map(({ date, amounts }) => amountsItem(userId, `day#${date}`, amounts)),
    profile(userId, `名字 ${i}`),
    { userId: { S: userId }, sk: { S: 'rebuild' }, marker: { S: '~rebuild#1' }, seq: { S: '011' } },
  ]),
  day(LARGE, 100, { reply: 1 }),
  day(LARGE, 3, { reply: 4_000 }),
  ...TARGETS.map((target) => tie(LARGE, '2026-11', target, { reply: 1 })),
  // Ada: ties of three months, one of which is to come; feedback by text, by score, without text, and long ago.
  day('ada', 80, { view: 1 }),
  day('ada', 10, { reply: 2, accept: 1 }),
  day('ada', 5, { feedback: 2, ratings: 1, ratingSum: 2, promoters: 1 }),
  day('ada', 0, { post: 50, feedback: 1 }),
  tie('ada', '2026-11', 'bo', { reply: 2, accept: 1 }),
  tie('ada', '2026-09', 'bo', { like: 10 }),
  tie('ada', '2026-11', 'cai', { like: 0 }),
  tie('ada', '2026-12', 'bo', { like: 100 }),
  profile('ada', 'Ada'),
  // Nobody to count: a visitor, one who came after, one who only bought abroad, one whose day went again.
  day('anon:visitor', 2, { view: 9 }),
  day('later', 0, { post: 1 }),
  tie('later', '2026-11', 'ada', { reply: 1 }),
  day('abroad', 2, { foreignOrders: 1 }),
  day('empty', 2, { post: 0 }),
  // Corrupt: a count that is text, traits that are no JSON, keys that are no day and no tie, half a post, 3 billion.
  day('corrupt-1', 2, { post: 1 }),
  { ...day('corrupt-1', 1, { post: 1 }), reply: { S: 'two' } },
  day('corrupt-2', 1, { post: 1 }),
  { ...profile('corrupt-2', 'x'), traits: { S: '{' } },
  amountsItem('corrupt-3', 'day#yesterday', { post: 1 }),
  day('corrupt-4', 1, { post: 0.5 }),
  day('corrupt-5', 1, { post: 3e9 }),
  amountsItem('corrupt-6', 'tie#bo', { post: 1 }),
];

const feedbackEvent = (at: string, id: string, event: string, properties: object): StoredEvent =>
  storedEvent('ada', at, id, { event, properties: JSON.stringify(properties) });
// 17:00 UTC on the 16th is 01:00 on the 17th in Shanghai.
const EVENTS: StoredEvent[] = [
  feedbackEvent('2026-11-16T17:00:00.000Z', 'f1', 'Feedback Submitted', { rating: 2, text: ' 卡顿 ' }),
  {
    ...feedbackEvent('2026-11-17T03:00:00.000Z', 'f2', 'NPS Submitted', {
      score: 9,
      comment: '字'.repeat(600),
    }),
    sk: '#f2',
  },
  feedbackEvent('2026-11-17T04:00:00.000Z', 'f3', 'Post Created', { text: 'no feedback' }),
  feedbackEvent('2026-11-17T05:00:00.000Z', 'f4', 'NPS Submitted', { score: 3 }),
  feedbackEvent('2026-11-18T05:00:00.000Z', 'f5', 'Feedback Submitted', {
    text: 'of a day without counted feedback',
  }),
  {
    ...feedbackEvent('2026-11-17T06:00:00.000Z', 'f6', 'Feedback Submitted', { rating: 1 }),
    properties: '{',
  },
];

async function put(table: string, items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
    );
    expect(Object.keys(UnprocessedItems ?? {})).toEqual([]);
  }
}

beforeAll(async () => {
  [engine, bucket] = await Promise.all([startEngine(), startBucket()]);
  for (const [name, value] of Object.entries(bucket.env)) vi.stubEnv(name, value);
  client = createClient(engine.endpoint);
  tables = await createTables(client);
  store = s3Objects(bucket.env, bucket.bucket);
  sources = {
    store,
    members: scanMembers(client, tables.members),
    texts: feedbackTexts(client, tables.events, RULES),
  };
  await put(tables.members, ITEMS);
  await put(tables.events, EVENTS.map(toEventItem));
  await snapshot('one', 1);
  await snapshot('seven', 7);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  client.destroy();
  await Promise.all([engine.stop(), bucket.stop()]);
});

const snapshot = (runId: string, of: number) =>
  Promise.all(
    Array.from({ length: of }, (_, part) => takeSnapshot(sources, { runId, asOf: ASOF, part, of })),
  );

async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const tables: T[] = [];
  for await (const table of parts) tables.push(table);
  return tables;
}

test('however many parts, every member is in exactly one, whole, and the sums are the same', async () => {
  const [one, seven] = await Promise.all([readSums(store, 'one', 1), readSums(store, 'seven', 7)]);
  expect(seven).toEqual(one);
  expect(one).toMatchObject({ asOf: ASOF, members: 62, damaged: 6 });
  const ids = async (run: string, of: number) =>
    (await all(featurePartitions(store, run, of, 62)())).flatMap(({ userIds }) => userIds).sort();
  expect(await ids('one', 1)).toEqual([...MANY, LARGE, 'ada'].sort());
  expect(await ids('seven', 7)).toEqual(await ids('one', 1));
  const sizes = (await all(featurePartitions(store, 'seven', 7, 62)())).map(({ userIds }) => userIds.length);
  expect(Math.max(...sizes)).toBeLessThan(62);
});

test('features are those of the one definition, with the activity that the community’s size gives', async () => {
  const table = await readSnapshot(store, 'one', 0, 62);
  for (const [i, userId] of MANY.entries()) {
    const at = table.userIds.indexOf(userId);
    const own = ownFeatures(buildDays(i), ASOF, addDays(ASOF, -1))!;
    for (const name of FEATURES) {
      expect(table.columns[name][at]).toBe(name === 'activity' ? own.interactions30 / 62 : own[name]);
    }
    expect(table.names[at]).toBe(`名字 ${i}`);
    expect(table.extra.returnGapDays[at]).toBe(own.returnGapDays);
    expect(table.extra.interactions30[at]).toBe(own.interactions30);
  }
  const ada = table.userIds.indexOf('ada');
  expect(table.extra.helps7[ada]).toBe(0);
  expect(table.extra.helps7[table.userIds.indexOf(LARGE)]).toBe(4_000);
  expect(table.columns.posts30[ada]).toBe(0);
  expect(table.names[table.userIds.indexOf(LARGE)]).toBeNull();
});

test('training rows are features as of 30 days before, for those who were members then, and what followed', async () => {
  const then = addDays(ASOF, -30);
  const sums = await readSums(store, 'seven', 7);
  const tables = await all(trainingPartitions(store, 'seven', 7, sums.membersThen)());
  const rows = new Map(tables.flatMap((table) => table.userIds.map((userId, i) => [userId, { table, i }])));
  expect(sums.membersThen).toBe(rows.size);
  for (const [i, userId] of MANY.entries()) {
    const days = buildDays(i);
    const own = ownFeatures(days, then, addDays(then, -1));
    const row = rows.get(userId);
    expect(row === undefined).toBe(own === undefined);
    if (row === undefined || own === undefined) continue;
    for (const name of FEATURES) {
      const wanted = name === 'activity' ? own.interactions30 / sums.membersThen : own[name];
      expect(row.table.columns[name][row.i]).toBe(wanted);
    }
    const since = days.filter(({ date }) => date >= then);
    const paid = since.reduce((sum, { amounts }) => sum + (amounts['paidMinor'] ?? 0), 0);
    expect(row.table.paymentNext30[row.i]).toBe(paid);
    expect(row.table.activeNext30[row.i]).toBe(since.length > 0 ? 1 : 0);
  }
});

test('ties fade by 0.9 a month, later months and taken-back ones do not count, and only members have them', async () => {
  const found = await all(tiePartitions(store, 'one', 1)());
  const [{ sources: from, targets, weights }] = found as [(typeof found)[0]];
  expect(from.filter((source) => source === LARGE)).toHaveLength(4_000);
  expect(new Set(targets.filter((_, i) => from[i] === LARGE))).toEqual(new Set(TARGETS));
  const others = from.flatMap((source, i) => (source === LARGE ? [] : [[source, targets[i], weights[i]]]));
  expect(others).toEqual([['ada', 'bo', 3 + 10 * 0.9 ** 2]]);
});

test('feedback texts are those of the days on which feedback counted, cut to 500 characters, newest first', async () => {
  const { texts } = await readSums(store, 'seven', 7);
  expect(texts).toEqual<FeedbackText[]>([
    { userId: 'ada', at: '2026-11-17T03:00:00.000Z', rating: null, nps: 9, text: '字'.repeat(500) },
    { userId: 'ada', at: '2026-11-16T17:00:00.000Z', rating: 2, nps: null, text: '卡顿' },
  ]);
});

test('a reader that is not the writer sees the members with names, whole money and unknown ratings', async () => {
  const stored = await store.get('runs/one/snapshot/part-0.parquet');
  const table = tableFromIPC(readParquet(stored?.body ?? new Uint8Array()).intoIPCStream());
  const rows = table.toArray().map((row) => row.toJSON());
  expect(rows).toHaveLength(62);
  expect(rows.find(({ userId }) => userId === 'member-59')).toMatchObject({
    name: '名字 59',
    feedbackMean: null,
  });
  expect(rows.find(({ userId }) => userId === 'ada')).toMatchObject({ feedbackMean: 2, name: 'Ada' });
  expect(typeof rows[0]?.['paymentTotal']).toBe('bigint');
});

test('taking it again gives the same bytes', async () => {
  const keys = await store.list('runs/seven/');
  expect(keys).toHaveLength(35);
  const read = async () => Promise.all(keys.map(async (key) => (await store.get(key))?.etag));
  const before = await read();
  await snapshot('seven', 7);
  expect(await read()).toEqual(before);
});

test('a missing part is named', async () => {
  await expect(readSums(store, 'seven', 8)).rejects.toThrow('runs/seven/sums/part-7.json is missing');
  await expect(all(featurePartitions(store, 'none', 1, 1)())).rejects.toThrow(
    'runs/none/snapshot/part-0.parquet',
  );
});
