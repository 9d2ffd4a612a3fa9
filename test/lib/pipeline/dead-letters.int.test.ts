import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { failuresQueueLength } from '#lib/pipeline/failures-queue.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';

let engine: Awaited<ReturnType<typeof startBucket>>;
beforeAll(async () => {
  engine = await startBucket();
  for (const [name, value] of Object.entries(engine.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.stop();
});

test('every message of the queue is counted, one that somebody looks at too', async () => {
  const client = new SQSClient({ endpoint: engine.endpoint, ...testCredentials });
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'failures' }));
  const count = failuresQueueLength({ FAILURES_QUEUE_URL: QueueUrl, SQS_ENDPOINT: engine.endpoint });
  expect(await count()).toBe(0);
  for (const MessageBody of ['a', 'b', 'c'])
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  expect(await count()).toBe(3);
  client.destroy();
});

test('a queue that is not there is a failure of the store', async () => {
  const count = failuresQueueLength({
    FAILURES_QUEUE_URL: `${engine.endpoint}/000000000000/none`,
    SQS_ENDPOINT: engine.endpoint,
  });
  await expect(count()).rejects.toThrow('ask for the length of the failures queue');
});
