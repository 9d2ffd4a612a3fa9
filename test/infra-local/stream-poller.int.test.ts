import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { checkpointTable, openCheckpoints } from '#infra/local/checkpoints.ts';
import type { LocalFunction } from '#infra/local/functions.ts';
import { pollStream, type StreamMapping, type StreamPoller } from '#infra/local/stream-poller.ts';
import { clientOf, createTables, startEngine, testCredentials } from '#test/engine.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let table: string;
let streamArn: string;
const running: StreamPoller[] = [];

beforeAll(async () => {
  engine = await startEngine();
  client = clientOf(engine.endpoint);
  streams = new DynamoDBStreamsClient({ endpoint: engine.endpoint, ...testCredentials });
});
afterAll(() => engine.stop());

beforeEach(async () => {
  table = (await createTables(client)).events;
  const described = await client.send(new DescribeTableCommand({ TableName: table }));
  streamArn = described.Table!.LatestStreamArn!;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((poller) => poller.stop()));
});

async function write(userId: string, sk: string, value = '1'): Promise<void> {
  const Item = { userId: { S: userId }, sk: { S: sk }, value: { S: value } };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

type Answer = (records: DynamoDBRecord[], call: number) => unknown;

/** A function that answers as told, and a poller that feeds it. `batches` holds the sort keys of each call. */
async function start(answer: Answer = () => undefined, mapping: Partial<StreamMapping> = {}) {
  const batches: string[][] = [];
  const seen: DynamoDBRecord[] = [];
  const target: LocalFunction = {
    name: 'counter',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
    invoke: async (payload) => {
      const { Records } = JSON.parse(payload) as { Records: DynamoDBRecord[] };
      batches.push(Records.map(({ dynamodb }) => dynamodb!.Keys!['sk']!.S!));
      seen.push(...Records);
      return answer(Records, batches.length);
    },
  };
  const poller = pollStream(
    {
      streamArn,
      hashKey: 'userId',
      target,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      windowMs: 0,
      parallelization: 1,
      reportsItemFailures: true,
      bisectsOnError: true,
      maxRetries: -1,
      maxRecordAgeSeconds: -1,
      ...mapping,
    },
    { client: streams, checkpoints: await openCheckpoints(client, 0), log: () => {}, backOffMs: () => 1 },
  );
  running.push(poller);
  return { batches, seen, poller };
}

const sequence = (record: DynamoDBRecord) => record.dynamodb!.SequenceNumber!;

test('every change arrives once, in order, as Lambda shows it; a put that changes nothing does not', async () => {
  await write('u', 'a');
  await write('u', 'a');
  await write('u', 'a', '2');
  await client.send(new DeleteItemCommand({ TableName: table, Key: { userId: { S: 'u' }, sk: { S: 'a' } } }));
  const { seen, poller } = await start();
  await poller.drained();
  expect(seen.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
  expect(seen[1]).toMatchObject({
    eventSource: 'aws:dynamodb',
    eventSourceARN: streamArn,
    dynamodb: { OldImage: { value: { S: '1' } }, NewImage: { value: { S: '2' } } },
  });
  expect(seen[0]!.dynamodb!.ApproximateCreationDateTime).toBeCloseTo(Date.now() / 1_000, -2);
});

test('what is written while the poller runs arrives well under a second later', async () => {
  const { seen, poller } = await start(undefined, { windowMs: 60_000 });
  await poller.drained();
  const from = performance.now();
  await write('u', 'now');
  await vi.waitFor(() => expect(seen).toHaveLength(1), { interval: 10 });
  expect(performance.now() - from).toBeLessThan(900);
});

test('batches hold no more than the batch size', async () => {
  for (const sk of 'abcde') await write('u', sk);
  const { batches, poller } = await start(undefined, { batchSize: 2 });
  await poller.drained();
  expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('after a partial failure the failed record and everything after it come again', async () => {
  for (const sk of 'abcd') await write('u', sk);
  const { batches, poller } = await start((records, call) =>
    call === 1 ? { batchItemFailures: [{ itemIdentifier: sequence(records[2]!) }] } : undefined,
  );
  await poller.drained();
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['c', 'd'],
  ]);
});

test('a record that is always refused goes to the failure destination; all others are handled', async () => {
  for (const sk of 'abcdefgh') await write('u', sk);
  const failures: string[] = [];
  const { batches, seen, poller } = await start(
    (records) => {
      if (records.some(({ dynamodb }) => dynamodb!.Keys!['sk']!.S === 'f')) throw new Error('poison');
    },
    { maxRetries: 2, sendFailure: async (message) => void failures.push(message) },
  );
  await poller.drained();
  const poison = seen.find(({ dynamodb }) => dynamodb!.Keys!['sk']!.S === 'f')!;
  expect(failures.map((message) => JSON.parse(message))).toEqual([
    expect.objectContaining({
      version: '1.0',
      requestContext: expect.objectContaining({
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      }),
      DDBStreamBatchInfo: expect.objectContaining({
        streamArn,
        batchSize: 1,
        startSequenceNumber: sequence(poison),
        endSequenceNumber: sequence(poison),
      }),
    }),
  ]);
  const good = batches.filter((batch) => !batch.includes('f')).flat();
  expect(good).toEqual(['a', 'b', 'c', 'd', 'e', 'g', 'h']);
});

test('a failure destination that is away for a moment loses nothing', async () => {
  await write('u', 'a');
  const sendFailure = vi.fn(async (_: string) => {});
  sendFailure.mockRejectedValueOnce(new Error('away'));
  const { poller } = await start(
    () => {
      throw new Error('no');
    },
    { maxRetries: 0, sendFailure },
  );
  await poller.drained();
  expect(sendFailure).toHaveBeenCalledTimes(2);
});

test('a second poller goes on where the first one stopped', async () => {
  await write('u', 'a');
  const first = await start();
  await first.poller.drained();
  await first.poller.stop();
  await write('u', 'b');
  const second = await start();
  await second.poller.drained();
  expect(second.batches).toEqual([['b']]);
});

test('a poller that ends in the middle of a batch delivers all of it again, and nothing before it', async () => {
  for (const sk of 'abcd') await write('u', sk);
  let answerSecond = () => {};
  const first = await start(
    (_, call) => (call === 2 ? new Promise<void>((resolve) => (answerSecond = resolve)) : undefined),
    { batchSize: 2 },
  );
  await vi.waitFor(() => expect(first.batches).toHaveLength(2));
  // The position of a killed process is the one in the table.
  await vi.waitFor(async () =>
    expect((await openCheckpoints(client)).knows(`counter ${streamArn}`)).toBe(true),
  );
  const second = await start();
  await second.poller.drained();
  expect(second.batches.flat()).toEqual(['c', 'd']);
  answerSecond();
});

test('lanes work side by side, and each member’s changes stay in order', async () => {
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  for (const sk of ['1', '2', '3', '4', '5']) {
    const puts = users.map((userId) => ({ PutRequest: { Item: { userId: { S: userId }, sk: { S: sk } } } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
  let atOnce = 0;
  let most = 0;
  const { seen, poller } = await start(
    async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce -= 1;
    },
    { parallelization: 4, batchSize: 5 },
  );
  await poller.drained();
  expect(most).toBe(4);
  for (const userId of users) {
    const own = seen.filter(({ dynamodb }) => dynamodb!.Keys!['userId']!.S === userId);
    expect(own.map(({ dynamodb }) => dynamodb!.Keys!['sk']!.S)).toEqual(['1', '2', '3', '4', '5']);
  }
});

test('one lane that is stuck does not hold up the others, and its position does not move', async () => {
  for (let index = 0; index < 12; index += 1) await write(`user-${index}`, 'x');
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  let first: string | undefined;
  const { seen, poller } = await start(
    (records) => {
      first ??= records[0]!.dynamodb!.Keys!['userId']!.S!;
      return records.some(({ dynamodb }) => dynamodb!.Keys!['userId']!.S === first) ? stuck : undefined;
    },
    { parallelization: 4, batchSize: 1 },
  );
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(6));
  release();
  await poller.drained();
  expect(seen).toHaveLength(12);
});

test('LATEST begins with what comes after the start', async () => {
  await write('u', 'before');
  const { batches, poller } = await start(undefined, { startingPosition: 'LATEST' });
  await poller.drained();
  await write('u', 'after');
  await vi.waitFor(() => expect(batches.flat()).toEqual(['after']));
});

test('positions lie beside the data they belong to', async () => {
  const described = await client.send(new DescribeTableCommand({ TableName: checkpointTable }));
  expect(described.Table?.TableStatus).toBe('ACTIVE');
});
