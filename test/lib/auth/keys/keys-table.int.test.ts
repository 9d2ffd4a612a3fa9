import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keyCache } from '#lib/auth/keys/key-cache.ts';
import { keyRing } from '#lib/auth/keys/key-ring.ts';
import { findKey, listKeys, putKey, revokeKey } from '#lib/auth/keys/keys-table.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { issuedKey } from '#test/lib/auth/memory-keys.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let table: string;

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
});
beforeEach(async () => {
  table = (await createTables(client)).control;
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

test('a stored key is found by its hash, as it was stored', async () => {
  const { item } = issuedKey('operator', { name: '运营 小林' });
  await putKey(client, table, item);
  expect(await findKey(client, table, item.id)).toEqual(item);
  expect(await findKey(client, table, issuedKey('owner').item.id)).toBeUndefined();
});

test('only a hash of a key is stored', async () => {
  let now = 0;
  const ring = keyRing({
    store: {
      put: (key) => putKey(client, table, key),
      list: () => listKeys(client, table),
      revoke: (id, at) => revokeKey(client, table, id, at),
    },
    cache: keyCache(
      (id) => findKey(client, table, id),
      () => now,
    ),
    now: () => now,
    randomBytes,
  });
  const { key, ...shown } = await ring.issue(
    { name: '小程序', role: 'reader' },
    { id: 'boss', name: '', role: 'owner' },
  );
  const { Items } = await client.send(new ScanCommand({ TableName: table }));
  expect(Items).toHaveLength(1);
  expect(JSON.stringify(Items)).not.toContain(key.slice(3, 35));
  expect(await ring.list()).toEqual([shown]);
  expect(await ring.authenticate(key)).toEqual(shown);

  expect(await ring.revoke(shown.id)).toBe(true);
  now += 60_000;
  expect(await ring.authenticate(key)).toBeUndefined();
});

test('a key is never overwritten', async () => {
  const { item } = issuedKey('reader');
  await putKey(client, table, item);
  await expect(putKey(client, table, { ...item, role: 'owner' })).rejects.toMatchObject({ retriable: false });
  expect((await findKey(client, table, item.id))?.role).toBe('reader');
});

test('revoking twice keeps the first time; revoking nothing makes nothing', async () => {
  const { item } = issuedKey('write');
  await putKey(client, table, item);
  expect(await revokeKey(client, table, item.id, '2026-03-08T01:00:00.000Z')).toBe(true);
  expect(await revokeKey(client, table, item.id, '2026-03-09T01:00:00.000Z')).toBe(true);
  expect(await findKey(client, table, item.id)).toEqual({ ...item, revokedAt: '2026-03-08T01:00:00.000Z' });
  expect(await revokeKey(client, table, 'nothing', '2026-03-08T01:00:00.000Z')).toBe(false);
  expect(await listKeys(client, table)).toHaveLength(1);
});

test('the list is whole over several pages, oldest first, and only of keys', async () => {
  const items = Array.from(
    { length: 12 },
    (_, i) =>
      issuedKey('write', { name: 'n'.repeat(200_000), createdAt: `2026-03-08T00:00:${10 + i}.000Z` }).item,
  );
  await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'lease' }, sk: { S: 'run' } } }));
  for (const item of items) await putKey(client, table, item);
  expect((await listKeys(client, table)).map(({ id }) => id)).toEqual(items.map(({ id }) => id));
});

test('an item without a role we know is no key', async () => {
  const { item } = issuedKey('owner');
  const broken = { pk: { S: 'key' }, sk: { S: item.id }, role: { S: 'emperor' } };
  await client.send(new PutItemCommand({ TableName: table, Item: broken }));
  expect(await findKey(client, table, item.id)).toBeUndefined();
  expect(await listKeys(client, table)).toEqual([]);
});

test('a store that is away is worth another try; a table that is missing is not', async () => {
  await expect(findKey(client, 'no-such-table', 'x')).rejects.toMatchObject({
    name: 'StoreError',
    retriable: false,
  });
  const away = createClient('http://127.0.0.1:9');
  await expect(findKey(away, table, 'x')).rejects.toMatchObject({ name: 'StoreError', retriable: true });
  away.destroy();
});
