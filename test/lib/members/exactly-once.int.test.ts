import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { tailStream } from '#test/engines/stream-tail.ts';
import { op, PARTITIONS, perform } from './counting-ops.ts';
import { CountingWorld } from './counting-world.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let tables: TestTables;
let tail: Awaited<ReturnType<typeof tailStream>>;
let runs = 0;

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  tables = await createTables(client);
  tail = await tailStream(client, engine.endpoint, tables.events);
});
afterAll(async () => engine.stop());

test('any mix of events, corrections, moves, removals, expiry, recounts, crashes, disorder and repetition gives what a plain fold gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(op, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(undefined, 1, 2),
      async (ops, mostEvents) => {
        const world = new CountingWorld(client, tables, tail);
        world.mostEvents = mostEvents;
        const run = `r${++runs}-`;
        const own = (partition: string): string => partition.replace(/^(anon:)?/, `$1${run}`);
        for (const step of ops) await perform(world, step, run, own);
        await world.settle();
        expect(world.setAside).toEqual([]);
        const kept = new Set<string>();
        for (const partition of new Set([...PARTITIONS.map(own), ...world.partitions()])) {
          expect(await world.itemsOf(partition), partition).toEqual(await world.foldOf(partition));
          const log = await world.logOf(partition);
          if (await world.hasItem(partition, 'link')) expect(log, `left behind in ${partition}`).toEqual([]);
          for (const { sk } of log) kept.add(sk);
        }
        expect(world.acknowledged.difference(kept), 'lost').toEqual(new Set());
      },
    ),
    { numRuns: RUNS },
  );
}, 900_000);
