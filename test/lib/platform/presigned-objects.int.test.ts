import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StoreError } from '#lib/platform/errors.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import { startBucket } from '#test/engines/s3.ts';

let engine: Awaited<ReturnType<typeof startBucket>>;
let env: Record<string, string>;
let objects: ObjectStore;

beforeAll(async () => {
  engine = await startBucket();
  env = { ...engine.env, DATA_BUCKET: engine.bucket };
  objects = presignedObjects(env, Date.now);
});
afterAll(async () => engine.stop());

test('what was written under any key is read again, by others too; what is not there is undefined', async () => {
  for (const key of ['models/报告 +%/a.json', 'scores/date=2026-03-08/part-0.parquet', "it's (1)*!"]) {
    await objects.put(key, '{"名":1}', 'application/json');
    expect(Buffer.from((await objects.get(key))?.body ?? []).toString()).toBe('{"名":1}');
  }
  const bytes = new Uint8Array([0, 1, 2, 255]).subarray(1, 3);
  await objects.put('bytes', bytes);
  expect((await objects.get('bytes'))?.body).toEqual(bytes);
  expect(await objects.get('models/none.json')).toBeUndefined();
});

test('an object that has not changed is not sent again', async () => {
  await objects.put('current', 'one');
  const first = await objects.get('current');
  if (first === undefined) throw new Error('it is not there');
  expect(await objects.get('current', first.etag)).toBe('unchanged');
  await objects.put('current', 'two');
  expect(await objects.get('current', first.etag)).toMatchObject({
    body: new Uint8Array(Buffer.from('two')),
  });
});

test('a bucket that is not there is an error, not an object that is not there', async () => {
  const other = presignedObjects({ ...env, DATA_BUCKET: 'no-such-bucket' }, Date.now);
  await expect(other.get('x')).rejects.toMatchObject({ name: 'StoreError', retriable: false });
});

test.each(['hangs', 'breaks off', 'says it is busy'])(
  'a store that %s fails in time and may be asked again',
  async (how) => {
    const server = createServer((_request, response) => {
      if (how === 'says it is busy') response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      if (how === 'breaks off') response.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const slow = presignedObjects({ ...env, S3_ENDPOINT: endpoint }, Date.now, 200);
    const failure = await slow.get('x').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({ retriable: true });
    await expect(slow.put('x', 'y')).rejects.toMatchObject({ retriable: true });
    server.closeAllConnections();
    server.close();
  },
);
