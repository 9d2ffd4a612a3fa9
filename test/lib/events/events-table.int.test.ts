import type { BatchWriteItemCommand, BatchWriteItemOutput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventWriter, queryPartition } from '#lib/events/events-table.ts';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let tables: TestTables;

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  tables = await createTables(client);
});
afterAll(async () => engine.stop());

const events = (userId: string) =>
  Array.from({ length: 130 }, (_, i) => storedEvent(userId, '2026-03-01T00:00:00.000Z', `m${i}`));

async function stored(userId: string): Promise<number> {
  let count = 0;
  for await (const items of queryPartition(client, tables.events, userId)) count += items.length;
  return count;
}

/** The engine, but that it leaves most of a call unprocessed, as DynamoDB does under load. */
function overloaded(takes: number): DynamoDBClient {
  const send = async (command: BatchWriteItemCommand): Promise<BatchWriteItemOutput> => {
    const requests = command.input.RequestItems?.[tables.events] ?? [];
    const left = requests.slice(takes);
    command.input.RequestItems = { [tables.events]: requests.slice(0, takes) };
    if (takes > 0) await client.send(command);
    return { UnprocessedItems: left.length === 0 ? {} : { [tables.events]: left } };
  };
  return { send } as unknown as DynamoDBClient;
}

test('a write is over only when every item that was left unprocessed has been acknowledged too', async () => {
  const refused: boolean[] = [];
  const pace = { callsInFlight: () => 3, onCallDone: (some: boolean) => void refused.push(some) };
  await eventWriter(overloaded(10), tables.events, pace).put(events('busy'), 20_000);
  expect(await stored('busy')).toBe(130);
  expect(refused).toContain(true);
});

test('when the time budget is over, the write says that it may be repeated', async () => {
  const failing = eventWriter(overloaded(0), tables.events).put(events('never'), 300);
  await expect(failing).rejects.toMatchObject({ name: 'StoreError', retriable: true });
  expect(await stored('never')).toBe(0);
});
