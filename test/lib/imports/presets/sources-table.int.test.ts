import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { PRESET_NAMES, parsePreset } from '#lib/imports/presets/presets.ts';
import { resolveMapping, type Sources, sources } from '#lib/imports/presets/sources-table.ts';

import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let table: string;
let kept: Sources;
let now = Date.parse('2026-03-08T00:00:00.000Z');

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
});
beforeEach(async () => {
  table = (await createTables(client)).control;
  kept = sources(client, table, () => now);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

const mapping = (event: string): Mapping =>
  parseMapping({ userId: 'who', time: { column: 'when' }, event, properties: { 数量: { column: '数量' } } });

test('every version is kept as it was stored; the same again makes none', async () => {
  await kept.store('shop', mapping('A'), 'key-1');
  now += 1_000;
  const second = await kept.store('shop', mapping('B'), 'key-2');
  now += 1_000;
  expect(await kept.store('shop', mapping('B'), 'key-3')).toEqual(second);
  expect(second).toEqual({
    source: 'shop',
    version: 2,
    mapping: mapping('B'),
    updatedAt: '2026-03-08T00:00:01.000Z',
    createdBy: 'key-2',
  });
  expect(await kept.mapping('shop')).toEqual(second);
  expect(await kept.mapping('shop', 1)).toMatchObject({ mapping: mapping('A'), createdBy: 'key-1' });
  expect(await kept.mapping('shop', 3)).toBeUndefined();
});

test('of those who store at the same moment nobody is lost', async () => {
  const events = ['A', 'B', 'C'];
  const stored = await Promise.all(events.map((event) => kept.store('shop', mapping(event), event)));
  expect(stored.map(({ version }) => version).sort()).toEqual([1, 2, 3]);
  const versions = await Promise.all([1, 2, 3].map((version) => kept.mapping('shop', version)));
  expect(versions.map((one) => one?.createdBy).sort()).toEqual(events);
  expect(await kept.mapping('shop')).toEqual(versions[2]);
});

test('a ready mapping serves its source until one is stored for it', async () => {
  expect(await kept.mapping('orders')).toEqual({
    source: 'orders',
    version: 'ready',
    mapping: parsePreset('orders'),
  });
  await kept.store('orders', mapping('A'), 'key');
  expect(await kept.mapping('orders')).toMatchObject({ version: 1, mapping: mapping('A') });
  expect(await kept.mapping('constructor')).toBeUndefined();
  const listed = await kept.list();
  expect(listed.map(({ source }) => source)).toEqual([...PRESET_NAMES].sort());
  expect(listed.find(({ source }) => source === 'orders')).toEqual({
    source: 'orders',
    version: 1,
    updatedAt: new Date(now).toISOString(),
    createdBy: 'key',
  });
});

test('an import goes on with the version that it began with', async () => {
  const of = (source: string, name?: string) => resolveMapping(client, table, source, name);
  expect(await of('shop')).toBeUndefined();
  expect(await of('orders')).toEqual({ name: 'orders@ready', mapping: parsePreset('orders') });
  for (const source of ['shop', 'orders'])
    for (const event of ['A', 'B']) await kept.store(source, mapping(event), 'key');
  expect(await of('shop')).toEqual({ name: 'shop@2', mapping: mapping('B') });
  expect(await of('shop', 'shop@1')).toEqual({ name: 'shop@1', mapping: mapping('A') });
  expect(await of('orders', 'orders@ready')).toEqual({
    name: 'orders@ready',
    mapping: parsePreset('orders'),
  });
});

test('a stored mapping that is not valid any more says so, and can be replaced', async () => {
  const old = { mapping: { S: '{"user":"who"}' }, version: { N: '4' } };
  const item = { pk: { S: 'source' }, sk: { S: 'shop' }, ...old };
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
  await expect(kept.mapping('shop')).rejects.toMatchObject({
    name: 'ImportError',
    code: 'mapping_invalid',
  });
  expect(await kept.store('shop', mapping('A'), 'key')).toMatchObject({ version: 5 });
});

test('a store that is away is worth another try', async () => {
  const away = createClient('http://127.0.0.1:9');
  const lost = sources(away, table, () => now);
  const store = () => lost.store('shop', mapping('A'), 'key');
  for (const ask of [() => lost.list(), () => lost.mapping('shop'), store])
    await expect(ask()).rejects.toMatchObject({ name: 'StoreError', retriable: true });
  away.destroy();
});
