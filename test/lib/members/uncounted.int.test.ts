import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listUncounted, markUncounted, unmarkUncounted } from '#lib/members/uncounted-table.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let table: string;

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  table = (await createTables(client)).control;
});
afterAll(() => engine.stop());

const NOW = Date.parse('2026-04-10T00:00:00Z');

test('members are marked until they are unmarked, however often that happens', async () => {
  expect(await listUncounted(client, table)).toEqual([]);
  await markUncounted(client, table, ['b', 'a', 'anon:c'], 'RecordAgeExceeded', NOW);
  await markUncounted(client, table, ['a'], 'RecordAgeExceeded', NOW + 1);
  expect(await listUncounted(client, table)).toEqual(['a', 'anon:c', 'b']);
  await unmarkUncounted(client, table, ['a', 'b', 'b', 'never-marked']);
  expect(await listUncounted(client, table)).toEqual(['anon:c']);
  await unmarkUncounted(client, table, ['anon:c']);
});

test('all pages of marks are read, up to 10,000 members', async () => {
  const ids = Array.from({ length: 10_100 }, (_, i) => `member-${String(i).padStart(5, '0')}`);
  await markUncounted(client, table, ids, 'x'.repeat(500), NOW); // several pages of 1 MB
  expect(await listUncounted(client, table)).toEqual(ids.slice(0, 10_000));
});

test('a table that is not there is a failure of the store', async () => {
  await expect(markUncounted(client, 'none', ['a'], 'x', NOW)).rejects.toThrow('mark members as uncounted');
  await expect(listUncounted(client, 'none')).rejects.toThrow('read which members are uncounted');
  await expect(unmarkUncounted(client, 'none', ['a'])).rejects.toThrow('take marks');
});
