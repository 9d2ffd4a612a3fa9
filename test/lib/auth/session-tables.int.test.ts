import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { endedSessions, signInAttempts } from '#lib/auth/sessions/sessions-table.ts';

import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';

const NOW = Date.parse('2026-11-22T01:00:00Z');

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

const items = async () => (await client.send(new ScanCommand({ TableName: table }))).Items ?? [];

test('an ended session is known to have ended, until it would have ended by itself', async () => {
  const ended = endedSessions(client, table);
  expect(await ended.has('one')).toBe(false);
  await ended.add('one', NOW + 500);
  expect(await ended.has('one')).toBe(true);
  expect(await ended.has('other')).toBe(false);
  expect((await items())[0]?.['expiresAt']?.N).toBe(String(NOW / 1_000 + 1));
});

test('tries are counted by address and quarter of an hour, however many come at once', async () => {
  const clock = { now: NOW };
  const tries = signInAttempts(client, table, () => clock.now);
  const counts = await Promise.all(Array.from({ length: 12 }, () => tries.count('203.0.113.7')));
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  await tries.undo('203.0.113.7');
  expect(await tries.count('203.0.113.7')).toBe(12);
  expect(await tries.count('203.0.113.8')).toBe(1);
  clock.now += 15 * 60_000;
  expect(await tries.count('203.0.113.7')).toBe(1);
});

test('one IPv6 connection is one address, and no address is stored', async () => {
  const tries = signInAttempts(client, table, () => NOW);
  await tries.count('2001:db8:1:2:aaaa::1');
  expect(await tries.count('2001:db8:1:2:bbbb::2')).toBe(2);
  await tries.count('2001:db8::1');
  expect(await tries.count('2001:db8:0:0:5::9')).toBe(2);
  const stored = await items();
  expect(JSON.stringify(stored)).not.toContain('2001');
  expect(Number(stored[0]?.['expiresAt']?.N)).toBeGreaterThan(NOW / 1_000);
});
