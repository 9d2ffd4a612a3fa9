import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { eventWriter } from '#lib/events/events-table.ts';
import { parseCalls } from '#lib/events/parse-request.ts';
import { aggregate } from '#lib/members/aggregate.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { tailStream } from '#test/engines/stream-tail.ts';
import type { Result } from './result.ts';
import { sdkBatch } from './sdk-events.ts';

const EVENTS = 200;
const TARGETS: ReadonlyArray<[eventsPerRequest: number, most: number]> = [
  [50, 1.05],
  [10, 1.2],
  [1, 2.1],
];

/** Units per event, the member's aggregates included, each request of one member counted by itself. */
export async function run(): Promise<Result[]> {
  const engine = await startEngine();
  const client = createClient(engine.endpoint);
  const results: Result[] = [];
  for (const [perRequest, most] of TARGETS) {
    const { writes, reads } = await unitsPerEvent(client, engine.endpoint, perRequest);
    results.push({
      name: `write units per event, aggregates included, ${perRequest} per request (read units: ${reads.toFixed(2)})`,
      value: writes.toFixed(3),
      target: `≤ ${most}`,
      ok: writes <= most,
    });
  }
  await engine.stop();
  return results;
}

async function unitsPerEvent(client: DynamoDBClient, endpoint: string, perRequest: number): Promise<Units> {
  const tables = await createTables(client);
  const tail = await tailStream(client, endpoint, tables.events);
  const metered = meteredClient(client);
  const writer = eventWriter(metered.client, tables.events);
  const deps = {
    ...createCountingDeps(metered.client, tables, countingRulesFromEnv({}), Date.now),
    deadLetter: () => Promise.reject(new Error('nothing may be set aside')),
    isTransient: () => true,
    isOutOfTime: () => false,
    onRetry: (error: unknown) => {
      throw error;
    },
  };
  const context = { now: Date.UTC(2026, 4, 1, 3, 0, 11), retentionDays: 400, randomId: () => 'none' };
  for (let from = 0; from < EVENTS; from += perRequest) {
    const body = JSON.parse(sdkBatch('member', from, perRequest)) as Record<string, unknown>;
    await writer.put(parseCalls(body, 'batch', context).events, 5_000);
    await aggregate(await tail.drain(), deps);
  }
  const { writes, reads } = metered.units;
  return { writes: writes / EVENTS, reads: reads / EVENTS };
}

interface Units {
  writes: number;
  reads: number;
}

/** The same client, asking every call what it consumed. */
function meteredClient(client: DynamoDBClient): { client: DynamoDBClient; units: Units } {
  const units: Units = { writes: 0, reads: 0 };
  const send = async (command: object & { input: object }, ...more: unknown[]): Promise<unknown> => {
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const output = await (client.send as (...args: unknown[]) => Promise<unknown>)(command, ...more);
    const { ConsumedCapacity: consumed } = output as {
      ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
    };
    const kind = /Get|Query/.test(command.constructor.name) ? 'reads' : 'writes';
    for (const { CapacityUnits } of [consumed ?? []].flat()) units[kind] += CapacityUnits ?? 0;
    return output;
  };
  return { client: { send } as unknown as DynamoDBClient, units };
}
