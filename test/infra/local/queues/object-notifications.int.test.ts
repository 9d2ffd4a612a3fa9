import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { S3Event, S3EventRecord, SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ensureBucket } from '#infra/local/engines/resources.ts';
import { type Announcer, announceObjects } from '#infra/local/queues/object-notifications.ts';
import { pollQueue, type QueuePoller } from '#infra/local/queues/queue-poller.ts';
import { countMessages, makeQueue, startQueueEngine, type TestQueue } from '#test/engines/sqs.ts';

let running: Awaited<ReturnType<typeof startQueueEngine>>;
let bucket: string;
let queue: TestQueue;
let file: string;
const open: (Announcer | QueuePoller)[] = [];
beforeAll(async () => {
  running = await startQueueEngine();
});
beforeEach(async () => {
  bucket = `files-${randomUUID().slice(0, 8)}`;
  await ensureBucket(running.s3, bucket);
  queue = await makeQueue(running.sqs);
  file = join(running.dir, `${bucket}.json`);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
});
afterAll(() => running.stop());

type Send = (queueArn: string, message: string) => Promise<void>;
const toQueue: Send = async (_, MessageBody) => {
  await running.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }));
};

function announce(send: Send = toQueue): { announcer: Announcer; log: string[] } {
  const log: string[] = [];
  const announcer = announceObjects([{ bucket, queueArn: queue.arn, prefix: 'imports/', suffix: '' }], {
    client: running.s3,
    aws: { region: 'us-east-1', accountId: '000000000000' },
    file,
    onObjectCreated: running.engine.onObjectCreated,
    send,
    log: (line) => log.push(line),
  });
  open.push(announcer);
  return { announcer, log };
}

/** A function fed from the queue. It collects what S3 reports. */
function receive(): S3EventRecord[] {
  const records: S3EventRecord[] = [];
  const invoke = async (payload: string) => {
    for (const { body } of (JSON.parse(payload) as SQSEvent).Records)
      records.push(...(JSON.parse(body) as S3Event).Records);
  };
  open.push(
    pollQueue(
      {
        queueArn: queue.arn,
        queueUrl: queue.url,
        target: { name: 'importer', arn: 'arn:importer', invoke },
        batchSize: 1,
        maxConcurrency: 5,
        reportsItemFailures: true,
      },
      { client: running.sqs, region: 'us-east-1', log: () => {} },
    ),
  );
  return records;
}

const put = (Key: string, Body: string | Uint8Array = 'a,b\n') =>
  running.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const within = { timeout: 20_000, interval: 20 };
const keys = (records: readonly S3EventRecord[]) => records.map(({ s3 }) => s3.object.key);

test('an object that any S3 client puts reaches the function, with its key encoded', async () => {
  announce();
  const records = receive();
  const { ETag } = await put('imports/orders/1 月+.csv', '知群');
  await vi.waitFor(() => expect(records).toHaveLength(1), within);
  expect(records[0]).toMatchObject({
    eventName: 'ObjectCreated:Put',
    s3: {
      bucket: { name: bucket },
      object: { key: 'imports/orders/1+%E6%9C%88%2B.csv', size: 6, eTag: ETag?.replaceAll('"', '') },
    },
  });
});

test('an upload in parts is reported once, when it is complete', async () => {
  announce();
  const records = receive();
  const target = { Bucket: bucket, Key: 'imports/orders/large.csv' };
  const { UploadId } = await running.s3.send(new CreateMultipartUploadCommand(target));
  const Parts = [];
  for (const [index, size] of [5 * 2 ** 20, 3].entries()) {
    const part = { PartNumber: index + 1, Body: new Uint8Array(size) };
    const { ETag } = await running.s3.send(new UploadPartCommand({ ...target, UploadId, ...part }));
    Parts.push({ ETag, PartNumber: part.PartNumber });
  }
  await running.s3.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
  );
  await vi.waitFor(() => expect(records).toHaveLength(1), within);
  expect(records[0]).toMatchObject({
    eventName: 'ObjectCreated:CompleteMultipartUpload',
    s3: { object: { size: 5 * 2 ** 20 + 3, eTag: expect.stringMatching(/-2$/) } },
  });
});

test('only what lies under the prefix is reported; a copy to there is', async () => {
  const { announcer } = announce();
  const records = receive();
  await put('rejected/imp_1.ndjson');
  await put('important');
  await running.s3.send(
    new CopyObjectCommand({ Bucket: bucket, Key: 'imports/a/copy', CopySource: `${bucket}/important` }),
  );
  await announcer.flushed();
  await vi.waitFor(async () => expect(await countMessages(running.sqs, queue)).toEqual([0, 0]), within);
  expect(keys(records)).toEqual(['imports/a/copy']);
});

test('what was put while nobody watched is reported at the next start, in order, and nothing twice', async () => {
  const records = receive();
  await put('imports/a/1');
  const first = announce();
  await put('imports/a/2');
  await vi.waitFor(() => expect(keys(records)).toEqual(['imports/a/1', 'imports/a/2']), within);
  await first.announcer.stop();
  for (const name of ['z', 'y', 'x']) await put(`imports/a/${name}`);
  await announce().announcer.flushed();
  await vi.waitFor(() => expect(records.length).toBeGreaterThanOrEqual(5), within);
  expect(keys(records).slice(2)).toEqual(['imports/a/z', 'imports/a/y', 'imports/a/x']);
});

test('a queue that does not answer is tried again, and reported', async () => {
  let tries = 0;
  const { announcer, log } = announce(async (arn, message) => {
    tries += 1;
    if (tries < 3) throw new Error('no answer');
    await toQueue(arn, message);
  });
  await put('imports/a/1');
  await vi.waitFor(async () => expect(await countMessages(running.sqs, queue)).toEqual([1, 0]), within);
  await announcer.flushed();
  expect(log).toEqual([expect.stringContaining('no answer'), expect.stringContaining('no answer')]);
});

test('pages of other origins may upload as the bucket’s rules say, and read the ETag', async () => {
  const rule = {
    AllowedMethods: ['PUT'],
    AllowedOrigins: ['*'],
    AllowedHeaders: ['*'],
    ExposedHeaders: ['ETag'],
  };
  running.engine.allowOrigins(bucket, [rule]);
  const url = `${running.engine.endpoint}/${bucket}/imports/a/page.csv`;
  const origin = 'https://console.example';
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
  const uploaded = await fetch(url, { method: 'PUT', headers: { origin }, body: 'a' });
  expect(uploaded.status).toBe(200);
  expect(uploaded.headers.get('access-control-allow-origin')).toBe('*');
  expect(uploaded.headers.get('access-control-expose-headers')).toBe('ETag');
  const refused = await fetch(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'DELETE' },
  });
  expect(refused.status).toBe(403);
});
