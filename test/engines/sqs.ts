import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startObjectsAndQueues } from '#infra/local/engines/objects-and-queues.ts';
import { ensureQueue, type QueueProperties } from '#infra/local/engines/resources.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';

/** A real S3 and SQS engine with folders of its own, which `restart` keeps and `stop` drops. */
export async function startQueueEngine() {
  const dir = mkdtempSync(join(tmpdir(), 'zhiqun-queues-'));
  const folders = { queues: join(dir, 'queues'), objects: join(dir, 'objects') };
  async function open() {
    const engine = await startObjectsAndQueues(folders, testCredentials.region);
    const sqs = new SQSClient({ endpoint: engine.endpoint, ...testCredentials });
    const s3 = new S3Client({ endpoint: engine.endpoint, forcePathStyle: true, ...testCredentials });
    return { engine, sqs, s3 };
  }
  const running = { dir, ...(await open()) };
  return Object.assign(running, {
    async restart() {
      await running.engine.stop();
      Object.assign(running, await open());
    },
    async stop() {
      await running.engine.stop();
      rmSync(dir, { recursive: true });
    },
  });
}

export type TestQueue = { name: string; url: string; arn: string };

/** A queue with a name of its own. */
export async function makeQueue(client: SQSClient, properties: QueueProperties = {}): Promise<TestQueue> {
  const name = `q-${randomUUID().slice(0, 8)}`;
  await ensureQueue(client, name, properties);
  return { name, arn: `arn:aws:sqs:us-east-1:000000000000:${name}`, url: await getQueueUrl(client, name) };
}

/** Where a queue is now; an engine that was started again listens elsewhere. */
export async function getQueueUrl(client: SQSClient, name: string): Promise<string> {
  return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl!;
}

/** Messages in a queue: waiting and hidden. */
export async function countMessages(
  client: SQSClient,
  { url }: TestQueue,
): Promise<[waiting: number, hidden: number]> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
  );
  return [Number(Attributes[names[0]]), Number(Attributes[names[1]])];
}
