import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import { checkpointTable, openCheckpoints } from '#infra/local/streams/checkpoints.ts';
import { pollStream, type StreamMapping, type StreamPoller } from '#infra/local/streams/poller.ts';
import { createClient, createTables, startEngine, testCredentials } from '#test/engines/dynamodb.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let table: string;
let streamArn: string;
const running: StreamPoller[] = [];
let log: string[];

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  streams = new DynamoDBStreamsClient({ endpoint: engine.endpoint, ...testCredentials });
});
afterAll(() => engine.stop());

beforeEach(async () => {
  log = [];
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

/** A function that answers as prescribed, and a poller that feeds it. `batches` holds the values of each call. */
async function start(answer: Answer = () => undefined, mapping: Partial<StreamMapping> = {}, seed = 1) {
  const batches: string[][] = [];
  const seen: DynamoDBRecord[] = [];
  const checkpoints = await openCheckpoints(client, 0);
  const target: LocalFunction = {
    name: 'counter',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
    invoke: async (payload) => {
      const { Records } = JSON.parse(payload) as { Records: DynamoDBRecord[] };
      batches.push(Records.map(valueIn));
      seen.push(...Records);
      return answer(Records, batches.length);
    },
  };
  const poller = pollStream(
    {
      streamArn,
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
    { client: streams, checkpoints, log: (line) => log.push(line), backOffMs: () => 1, seed },
  );
  running.push(poller);
  return { batches, seen, poller };
}

const valueIn = (record: DynamoDBRecord) => record.dynamodb!.NewImage?.['value']?.S ?? '';
const parseItem = ({ dynamodb }: DynamoDBRecord) =>
  `${dynamodb!.Keys!['userId']!.S} ${dynamodb!.Keys!['sk']!.S}`;
const sequence = (record: DynamoDBRecord) => record.dynamodb!.SequenceNumber!;

/** The first arrival of each record. */
function firsts(seen: DynamoDBRecord[]): DynamoDBRecord[] {
  return [...new Map(seen.toReversed().map((record) => [sequence(record), record])).values()].toReversed();
}

/** The position that a process would go on from if this one were killed. */
async function position(): Promise<bigint | undefined> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const at = (await openCheckpoints(client)).get(
    `counter ${streamArn}`,
    StreamDescription!.Shards![0]!.ShardId!,
  );
  return at && 'after' in at ? BigInt(at.after) : undefined;
}

test('every change of an item arrives in order, as Lambda shows it; a put that changes nothing does not', async () => {
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
  for (const value of 'abcde') await write('u', 'x', value);
  const { batches, poller } = await start(undefined, { batchSize: 2 });
  await poller.drained();
  expect(batches.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(2);
});

test('after a partial failure the failed record and everything after it come again', async () => {
  for (const value of 'abcd') await write('u', 'x', value);
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
  for (const value of 'abcdefgh') await write('u', value, value);
  const failures: string[] = [];
  const { batches, seen, poller } = await start(
    (records) => {
      if (records.some((record) => valueIn(record) === 'f')) throw new Error('poison');
    },
    { maxRetries: 2, sendFailure: async (message) => void failures.push(message) },
  );
  await poller.drained();
  const poison = seen.find((record) => valueIn(record) === 'f')!;
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
  expect(good.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'g', 'h']);
});

test('the first line about a failure tells the seed of the order it happened in', async () => {
  await write('u', 'a');
  const fails = (_: unknown, call: number) => {
    if (call < 3) throw new Error('no');
  };
  const { poller } = await start(fails, {}, 4711);
  await poller.drained();
  expect(log).toEqual([expect.stringContaining('ZHIQUN_LOCAL_SEED=4711')]);
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
  await write('u', 'a', 'a');
  const first = await start();
  await first.poller.drained();
  await first.poller.stop();
  await write('u', 'b', 'b');
  const second = await start();
  await second.poller.drained();
  expect(second.batches).toEqual([['b']]);
});

test('a poller that ends in the middle of a batch delivers all of it again, and nothing before it', async () => {
  for (const value of 'abcd') await write('u', 'x', value);
  let answerSecond = () => {};
  const first = await start(
    (_, call) => (call === 2 ? new Promise<void>((resolve) => (answerSecond = resolve)) : undefined),
    { batchSize: 2 },
  );
  await vi.waitFor(() => expect(first.batches).toHaveLength(2));
  // The position of a killed process is the one in the table.
  await vi.waitFor(async () => expect(await position()).toBeDefined());
  const second = await start();
  await second.poller.drained();
  expect(second.batches.flat()).toEqual(['c', 'd']);
  answerSecond();
});

test.each([
  [1, 2],
  [4, 8],
])(
  'each item’s changes stay in order, and records of one member run beside each other: factor %i, %i at once',
  async (parallelization, atOnceAtMost) => {
    const items = Array.from({ length: 40 }, (_, index) => `item-${index}`);
    for (const value of ['1', '2', '3', '4', '5']) {
      const puts = items.map((sk) => ({
        PutRequest: { Item: { userId: { S: 'u' }, sk: { S: sk }, value: { S: value } } },
      }));
      for (const half of [puts.slice(0, 20), puts.slice(20)])
        await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: half } }));
    }
    let atOnce = 0;
    let most = 0;
    const { seen, poller } = await start(
      async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await delay(30);
        atOnce -= 1;
      },
      { parallelization, batchSize: 5 },
    );
    await poller.drained();
    expect(most).toBeGreaterThanOrEqual(atOnceAtMost);
    const arrived = firsts(seen);
    expect(arrived).toHaveLength(200);
    for (const sk of items) {
      const own = arrived.filter((record) => parseItem(record) === `u ${sk}`);
      expect(own.map(valueIn)).toEqual(['1', '2', '3', '4', '5']);
    }
    const numbers = arrived.map((record) => BigInt(sequence(record)));
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => (a < b ? -1 : 1))); // no order across a member's items
  },
);

test('one lane that is stuck does not hold up the others, and its position does not pass an undone record', async () => {
  for (let index = 0; index < 12; index += 1) await write('u', `item-${index}`);
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { seen, poller } = await start(
    (records) => (records.some((record) => parseItem(record) === 'u item-1') ? stuck : undefined),
    { parallelization: 4, batchSize: 1 },
  );
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(6));
  // These are read only after the position had its chance to move.
  for (let index = 0; index < 12; index += 1) await write('u', `late-${index}`);
  await vi.waitFor(() => expect(seen.some((record) => parseItem(record).startsWith('u late-'))).toBe(true));
  const stuckAt = BigInt(sequence(seen.find((record) => parseItem(record) === 'u item-1')!));
  const newer = seen.filter((record) => BigInt(sequence(record)) > stuckAt);
  expect(newer.length).toBeGreaterThan(0);
  await vi.waitFor(async () => expect(await position()).toBeDefined()); // item-0 is done
  expect(await position()).toBeLessThan(stuckAt);
  release();
  await poller.drained();
  expect(firsts(seen)).toHaveLength(24);
  await vi.waitFor(async () => expect(await position()).toBeGreaterThan(stuckAt));
});

test('some batches come a second time; `drained` waits for them, and it is of no interest what they answer', async () => {
  for (let index = 0; index < 250; index += 1) await write('u', `item-${index}`, String(index));
  const known = new Set<string>();
  let underWay = 0;
  const sendFailure = vi.fn(async (_: string) => {});
  const { seen, poller } = await start(
    async ([record]) => {
      underWay += 1;
      const comesAgain = known.has(sequence(record!));
      known.add(sequence(record!));
      if (comesAgain) await delay(400);
      underWay -= 1;
      if (comesAgain) throw new Error('no');
    },
    { batchSize: 1, maxRetries: 0, sendFailure },
  );
  await poller.drained();
  expect(underWay).toBe(0);
  const repeats = seen.length - 250;
  expect(firsts(seen)).toHaveLength(250);
  expect(repeats).toBeGreaterThan(0);
  expect(repeats).toBeLessThan(25);
  expect(sendFailure).not.toHaveBeenCalled();
  expect(log).toEqual([]);
  await delay(500);
  expect(seen).toHaveLength(250 + repeats);
  const last = seen.map((record) => BigInt(sequence(record))).reduce((a, b) => (a > b ? a : b));
  await vi.waitFor(async () => expect(await position()).toBe(last));
});

test('a poller stops at once, though a batch that is to come again does not end', async () => {
  for (let index = 0; index < 250; index += 1) await write('u', `item-${index}`, String(index));
  const known = new Set<string>();
  const hangs = vi.fn(() => new Promise<void>(() => {}));
  const { poller } = await start(
    ([record]) => {
      if (known.has(sequence(record!))) return hangs();
      known.add(sequence(record!));
      return undefined;
    },
    { batchSize: 1 },
  );
  await vi.waitFor(() => expect(known.size).toBe(250), { timeout: 20_000 });
  await vi.waitFor(() => expect(hangs).toHaveBeenCalled());
  const from = performance.now();
  await poller.stop();
  expect(performance.now() - from).toBeLessThan(2_500);
});

test('LATEST begins with what comes after the start', async () => {
  await write('u', 'before', 'before');
  const { batches, poller } = await start(undefined, { startingPosition: 'LATEST' });
  await poller.drained();
  await write('u', 'after', 'after');
  await vi.waitFor(() => expect(batches.flat()).toEqual(['after']));
});

test('positions lie beside the data they belong to', async () => {
  const described = await client.send(new DescribeTableCommand({ TableName: checkpointTable }));
  expect(described.Table?.TableStatus).toBe('ACTIVE');
});
