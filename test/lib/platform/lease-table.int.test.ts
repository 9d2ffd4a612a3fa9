import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { lease } from '#lib/platform/lease-table.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: ReturnType<typeof createClient>;
let table: string;
let name = 0;
const clock = { now: 0 };
const leased = (id = name) => lease(client, table, `thing-${id}`, 1_000, () => clock.now);

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  table = (await createTables(client)).control;
});
beforeEach(() => {
  name += 1;
  clock.now = 1_000_000;
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

test('of many who want it at once, one gets it and all learn who', async () => {
  const holders = await Promise.all(Array.from({ length: 10 }, (_, i) => leased().acquire(`h${i}`)));
  expect(new Set(holders).size).toBe(1);
});

test('who holds it may take it again, others only after it was given back', async () => {
  expect(await leased().acquire('a')).toBe('a');
  expect(await leased().acquire('a')).toBe('a');
  expect(await leased().acquire('b')).toBe('a');
  await leased().release('b');
  expect(await leased().acquire('b')).toBe('a');
  await leased().release('a');
  expect(await leased().acquire('b')).toBe('b');
  await leased().release('a');
  expect(await leased().acquire('c')).toBe('b');
});

test('it runs out without a word, and lasts as long as there is one', async () => {
  await leased().acquire('a');
  for (let i = 0; i < 3; i += 1) {
    clock.now += 900;
    expect(await leased().renew('a')).toBe(true);
  }
  clock.now += 1_001;
  expect(await leased().renew('a')).toBe(false);
  expect(await leased().acquire('b')).toBe('b');
  expect(await leased().renew('a')).toBe(false);
  expect(await leased().acquire('a')).toBe('b');
});

test('two things are two leases', async () => {
  await leased(-1).acquire('a');
  expect(await leased(-2).acquire('b')).toBe('b');
});
