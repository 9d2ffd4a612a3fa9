import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { pollQueue, type QueueMapping, type QueuePoller } from '#infra/local/queues/queue-poller.ts';
import {
  countMessages,
  getQueueUrl,
  makeQueue,
  startQueueEngine,
  type TestQueue,
} from '#test/engines/sqs.ts';

let running: Awaited<ReturnType<typeof startQueueEngine>>;
const pollers: QueuePoller[] = [];
beforeAll(async () => {
  running = await startQueueEngine();
});
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
});
afterAll(() => running.stop());

type Answer = (records: SQSRecord[]) => unknown;

/** A function that answers as prescribed, fed from a queue. `calls` holds the records of each call. */
function consume(queue: TestQueue, answer: Answer = () => undefined, more: Partial<QueueMapping> = {}) {
  const calls: SQSRecord[][] = [];
  const log: string[] = [];
  const mapping: QueueMapping = {
    queueArn: queue.arn,
    queueUrl: queue.url,
    batchSize: 10,
    maxConcurrency: 5,
    reportsItemFailures: true,
    target: {
      name: 'importer',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:importer',
      invoke: async (payload) => {
        const { Records } = JSON.parse(payload) as SQSEvent;
        calls.push(Records);
        return answer(Records);
      },
    },
    ...more,
  };
  const poller = pollQueue(mapping, {
    client: running.sqs,
    region: 'us-east-1',
    log: (line) => log.push(line),
  });
  pollers.push(poller);
  return { calls, log, poller };
}

const send = (queue: TestQueue, MessageBody: string) =>
  running.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }));

async function sendAll(queue: TestQueue, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  await running.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
}

const failing = (records: SQSRecord[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
const within = { timeout: 20_000, interval: 20 };
const emptied = (queue: TestQueue) =>
  vi.waitFor(async () => expect(await countMessages(running.sqs, queue)).toEqual([0, 0]), within);

test('a message reaches the function as Lambda shows it, once, and is gone', async () => {
  const queue = await makeQueue(running.sqs);
  const { MessageId } = await running.sqs.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: '知群',
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'file' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      },
    }),
  );
  const { calls } = consume(queue);
  await emptied(queue);
  expect(calls).toEqual([
    [
      {
        messageId: MessageId,
        receiptHandle: expect.stringMatching(/.+/),
        body: '知群',
        attributes: expect.objectContaining({
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
        }),
        messageAttributes: {
          kind: { dataType: 'String', stringValue: 'file', stringListValues: [], binaryListValues: [] },
          raw: { dataType: 'Binary', binaryValue: 'AQI=', stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: 'us-east-1',
      },
    ],
  ]);
});

test.each<[string, Answer, boolean]>([
  ['throws', () => Promise.reject(new Error('no table')), true],
  ['names it as failed', failing, true],
  ['throws and cannot name messages', () => Promise.reject(new Error('no table')), false],
])(
  'a message whose function %s comes again, and is set aside after the third time',
  async (_, answer, reports) => {
    const aside = await makeQueue(running.sqs);
    const queue = await makeQueue(running.sqs, {
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: aside.arn, maxReceiveCount: 3 },
    });
    await send(queue, 'broken');
    const { calls, log } = consume(queue, answer, { reportsItemFailures: reports });
    await vi.waitFor(async () => expect(await countMessages(running.sqs, aside)).toEqual([1, 0]), within);
    expect(calls.flat().map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['1', '2', '3']);
    expect(await countMessages(running.sqs, queue)).toEqual([0, 0]);
    expect(log).toHaveLength(3);
    const { Messages } = await running.sqs.send(new ReceiveMessageCommand({ QueueUrl: aside.url }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['broken']);
  },
);

test('of a batch only what failed comes again', async () => {
  const queue = await makeQueue(running.sqs, { VisibilityTimeout: 1 });
  const bodies = ['a', 'b', 'c', 'd'];
  await sendAll(queue, bodies);
  const { calls } = consume(queue, (records) =>
    failing(
      records.filter(({ body, attributes }) => body === 'c' && attributes.ApproximateReceiveCount === '1'),
    ),
  );
  await emptied(queue);
  expect(calls.map((records) => records.map(({ body }) => body).sort())).toEqual([bodies, ['c']]);
});

test('a function that cannot name messages and answers anything has done all of them', async () => {
  const queue = await makeQueue(running.sqs, { VisibilityTimeout: 1 });
  await send(queue, 'a');
  const { calls } = consume(queue, failing, { reportsItemFailures: false });
  await emptied(queue);
  expect(calls).toHaveLength(1);
});

test('a function may itself say when its message comes again', async () => {
  const queue = await makeQueue(running.sqs, { VisibilityTimeout: 1_800 });
  await send(queue, 'slow');
  const { calls } = consume(queue, async ([record]) => {
    if (calls.length > 1) return undefined;
    const { receiptHandle: ReceiptHandle } = record!;
    await running.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 1 }),
    );
    throw new Error('try again soon');
  });
  await emptied(queue);
  expect(calls.flat().map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['1', '2']);
});

test('a message can be made visible at once', async () => {
  const queue = await makeQueue(running.sqs, { VisibilityTimeout: 1_800 });
  await send(queue, 'now');
  const receive = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 1 });
  const ReceiptHandle = (await running.sqs.send(receive)).Messages?.[0]?.ReceiptHandle;
  await running.sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  expect((await running.sqs.send(receive)).Messages).toHaveLength(1);
});

test('no more calls are made at once than the mapping allows, and no fewer', async () => {
  const queue = await makeQueue(running.sqs);
  await sendAll(queue, ['a', 'b', 'c', 'd', 'e']);
  let most = 0;
  const waiting = new Set<() => void>();
  const { calls } = consume(
    queue,
    () =>
      new Promise<void>((resolve) => {
        waiting.add(resolve);
        most = Math.max(most, waiting.size);
      }),
    { batchSize: 1, maxConcurrency: 2 },
  );
  for (let done = 0; done < 5; done += 1) {
    await vi.waitFor(() => expect(waiting.size).toBe(Math.min(2, 5 - done)), within);
    const [first] = waiting;
    waiting.delete(first!);
    first!();
  }
  await emptied(queue);
  expect([calls.length, most]).toEqual([5, 2]);
});

test('a call that the end of the process cuts off starts again with the next start, and does not count as a failure', async () => {
  const queue = await makeQueue(running.sqs, { VisibilityTimeout: 1_800 });
  await send(queue, 'long');
  const first = consume(queue, () => new Promise(() => {}));
  await vi.waitFor(() => expect(first.calls).toHaveLength(1), within);
  const began = performance.now();
  await first.poller.stop();
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(await countMessages(running.sqs, queue)).toEqual([1, 0]);
  const second = consume(queue);
  await emptied(queue);
  expect(
    second.calls.flat().map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount]),
  ).toEqual([['long', '1']]);
});

test('a call that ends in time is waited for', async () => {
  const queue = await makeQueue(running.sqs);
  await send(queue, 'short');
  let finish = () => {};
  const { calls, poller } = consume(
    queue,
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  await vi.waitFor(() => expect(calls).toHaveLength(1), within);
  const stopped = poller.stop();
  finish();
  await stopped;
  expect(await countMessages(running.sqs, queue)).toEqual([0, 0]);
});

test('a message that was being worked on when the engine ended comes again with the next start, and counts as tried', async () => {
  const queue = await makeQueue(running.sqs, { VisibilityTimeout: 1_800 });
  await send(queue, 'in flight');
  await running.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
  await running.restart();
  const again = { ...queue, url: await getQueueUrl(running.sqs, queue.name) };
  expect(await countMessages(running.sqs, again)).toEqual([0, 1]);
  const { calls } = consume(again);
  await emptied(again);
  expect(calls.flat().map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])).toEqual([
    ['in flight', '2'],
  ]);
});
