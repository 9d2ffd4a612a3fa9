import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AbortMultipartUploadCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findFreePort } from '#infra/local/engines/dynoxide.ts';
import { toImportItem } from '#lib/imports/jobs/import-record.ts';
import { type ImportService, importService } from '#lib/imports/jobs/import-service.ts';
import { importJobs, importRuns } from '#lib/imports/jobs/imports-table.ts';

import { PART_BYTES } from '#lib/imports/jobs/upload-plan.ts';
import type { UploadTicket } from '#lib/imports/jobs/upload-ticket.ts';
import { uploadsBucket } from '#lib/imports/jobs/uploads-bucket.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';
import { importRecord } from '#test/lib/http/memory-imports.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let objects: Awaited<ReturnType<typeof startBucket>>;
let client: DynamoDBClient;
let table: string;
let service: ImportService;

beforeAll(async () => {
  [engine, objects] = await Promise.all([startEngine(), startBucket()]);
  client = createClient(engine.endpoint);
});
beforeEach(async () => {
  table = (await createTables(client)).control;
  service = serviceAt(Date.now);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
  await objects.stop();
});

const serviceAt = (now: () => number): ImportService =>
  importService({
    jobs: importJobs(client, table),
    uploads: uploadsBucket(objects.env, now),
    now,
    randomBytes,
  });

const put = (url: string, body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'PUT', body });

async function stored(importId: string): Promise<Uint8Array> {
  const { key } = (await importRuns(client, table).find(importId)) ?? {};
  const { Body } = await objects.client.send(new GetObjectCommand({ Bucket: objects.bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

test('a small file goes up with one PUT that needs no key', async () => {
  const content = randomBytes(1_000);
  const ticket = await service.create({ source: 'shop', filename: '订单.csv', size: content.length });
  if (!('uploadUrl' in ticket)) throw new Error('expected one address');
  expect((await put(ticket.uploadUrl, content)).status).toBe(200);
  expect(content.equals(await stored(ticket.importId))).toBe(true);
  expect(await service.find(ticket.importId)).toMatchObject({
    state: 'queued',
    filename: '订单.csv',
    size: 1_000,
  });
});

async function uploadParts(): Promise<{
  content: Buffer;
  ticket: UploadTicket;
  parts: { partNumber: number; etag: string }[];
}> {
  const content = randomBytes(PART_BYTES + 5);
  const ticket = await service.create({ source: 'shop', filename: 'big.bin', size: content.length });
  if (!('parts' in ticket)) throw new Error('expected parts');
  const uploaded = ticket.parts.map(async ({ partNumber, from, to, uploadUrl }) => {
    const answer = await put(uploadUrl, new Uint8Array(content.subarray(from, to)));
    expect(answer.status).toBe(200);
    return { partNumber, etag: answer.headers.get('etag') ?? '' };
  });
  return { content, ticket, parts: await Promise.all(uploaded) };
}

async function giveUp({ importId }: UploadTicket): Promise<void> {
  const job = await importJobs(client, table).find(importId);
  await objects.client.send(
    new AbortMultipartUploadCommand({
      Bucket: objects.bucket,
      Key: job?.record.key,
      UploadId: job?.uploadId,
    }),
  );
}

test('a large file goes up in parts, in any order, and is one file afterwards', async () => {
  const { content, ticket, parts } = await uploadParts();
  const done = await service.complete(ticket.importId, parts.reverse());
  expect(done).toMatchObject({ state: 'queued', size: content.length });
  expect(content.equals(await stored(ticket.importId))).toBe(true);
  expect(await service.complete(ticket.importId, parts)).toMatchObject({ state: 'queued' });
});

test('parts that are not those uploaded make no file, and the right ones still do', async () => {
  const { content, ticket, parts } = await uploadParts();
  const wrong = parts.map((part) => ({ ...part, etag: '"00000000000000000000000000000000"' }));
  await expect(service.complete(ticket.importId, wrong)).rejects.toMatchObject({
    status: 400,
    code: 'parts_invalid',
  });
  await service.complete(ticket.importId, parts);
  expect(content.equals(await stored(ticket.importId))).toBe(true);
});

test('an upload that was given up is reported', async () => {
  const { ticket, parts } = await uploadParts();
  await giveUp(ticket);
  await expect(service.complete(ticket.importId, parts)).rejects.toMatchObject({
    status: 409,
    code: 'upload_gone',
  });
});

describe('renewing the addresses of an upload', () => {
  const announced = Date.parse('2026-03-08T00:00:00Z');
  const later = announced + 2 * 3_600_000;
  const listUrls = (ticket: UploadTicket | undefined): string[] => {
    if (ticket === undefined) throw new Error('no such import');
    return 'uploadUrl' in ticket ? [ticket.uploadUrl] : ticket.parts.map(({ uploadUrl }) => uploadUrl);
  };
  /** Without when it was signed. */
  const undated = (url: string) => url.replace(/X-Amz-(Date|Signature|Credential)=[^&]+/g, '$1');

  test.each([PART_BYTES, 3 * PART_BYTES + 1])(
    '%i bytes keep their upload, their cutting and their sizes',
    async (size) => {
      const ticket = await serviceAt(() => announced).create({ source: 'shop', filename: 'x.csv', size });
      // The same, signed at the same time, is the same to the byte; and the announced size is among what is signed.
      expect(await serviceAt(() => announced).renew(ticket.importId)).toEqual(ticket);
      const renewed = listUrls(await serviceAt(() => later).renew(ticket.importId));
      expect(renewed.map(undated)).toEqual(listUrls(ticket).map(undated));
      for (const url of renewed) {
        const { searchParams } = new URL(url);
        expect(searchParams.get('X-Amz-Date')).toBe('20260308T020000Z');
        expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host');
      }
    },
  );

  test('parts sent before and after make one file', async () => {
    const { content, ticket, parts } = await uploadParts();
    const [, second = ''] = listUrls(await service.renew(ticket.importId));
    const answer = await put(second, new Uint8Array(content.subarray(PART_BYTES)));
    const again = { partNumber: 2, etag: answer.headers.get('etag') ?? '' };
    await service.complete(ticket.importId, [...parts.slice(0, 1), again]);
    expect(content.equals(await stored(ticket.importId))).toBe(true);
  });

  test('ends when the file has arrived, in one piece or in parts', async () => {
    const arrived = { status: 409, code: 'upload_complete' };
    const small = await service.create({ source: 'shop', filename: 'x.csv', size: 5 });
    await put(listUrls(small)[0] ?? '', randomBytes(5));
    await expect(service.renew(small.importId)).rejects.toMatchObject(arrived);

    const { ticket, parts } = await uploadParts();
    await service.complete(ticket.importId, parts);
    await expect(service.renew(ticket.importId)).rejects.toMatchObject(arrived);
  });

  test('tells that the file has arrived also when that could not be noted', async () => {
    const { ticket, parts } = await uploadParts();
    const { record, uploadId = '' } = (await importJobs(client, table).find(ticket.importId)) ?? {};
    await uploadsBucket(objects.env, Date.now).assemble(record?.key ?? '', uploadId, parts);
    await expect(service.renew(ticket.importId)).rejects.toMatchObject({ code: 'upload_complete' });
  });

  test('ends when the import has begun', async () => {
    const { ticket } = await uploadParts();
    const runs = importRuns(client, table);
    const queued = await runs.find(ticket.importId);
    if (queued === undefined) throw new Error('no record');
    await runs.replace({ ...queued, state: 'running' }, queued);
    await expect(service.renew(ticket.importId)).rejects.toMatchObject({ status: 409, code: 'import_begun' });
  });

  test('ends when the upload was given up', async () => {
    const { ticket } = await uploadParts();
    await giveUp(ticket);
    await expect(service.renew(ticket.importId)).rejects.toMatchObject({ status: 409, code: 'upload_gone' });
  });

  test('needs an import that there is', async () => {
    expect(await service.renew('imp_0')).toBeUndefined();
  });
});

test('completing an import that has begun since does nothing to it', async () => {
  const { ticket, parts } = await uploadParts();
  const runs = importRuns(client, table);
  await service.complete(ticket.importId, parts);
  const queued = await runs.find(ticket.importId);
  if (queued === undefined) throw new Error('no record');
  await runs.replace({ ...queued, state: 'running', leaseUntil: Date.now() + 60_000 }, queued);
  expect(await service.complete(ticket.importId, parts)).toMatchObject({ state: 'running' });
});

test('the file of refused lines can be fetched without a key, under a name', async () => {
  const record = importRecord();
  await client.send(new PutItemCommand({ TableName: table, Item: toImportItem(record) }));
  const line = '{"line":4,"code":"money_invalid","message":"x"}\n';
  await objects.client.send(
    new PutObjectCommand({ Bucket: objects.bucket, Key: `rejected/${record.importId}.ndjson`, Body: line }),
  );
  const { rejectedUrl } = (await service.find(record.importId)) ?? {};
  const answer = await fetch(rejectedUrl ?? '');
  expect(await answer.text()).toBe(line);
  expect(new URL(rejectedUrl ?? '').searchParams.get('response-content-disposition')).toBe(
    'attachment; filename="imp_1-refused.ndjson"',
  );
});

test('the list holds imports found in the bucket as well, newest first, over several pages of the table', async () => {
  const runs = importRuns(client, table);
  // Two megabytes of records: the table answers one at a time.
  const error = 'x'.repeat(100_000);
  for (let i = 0; i < 20; i += 1) {
    await runs.create(importRecord({ importId: `imp_${20 - i}`, createdAt: i, error }));
  }
  const { imports, next } = await service.list({ limit: 15 });
  expect(imports.map(({ importId }) => importId)).toEqual(
    Array.from({ length: 15 }, (_, i) => `imp_${i + 1}`),
  );
  const rest = await service.list({ limit: 15, after: next });
  expect(rest.imports.map(({ importId }) => importId)).toEqual([
    'imp_16',
    'imp_17',
    'imp_18',
    'imp_19',
    'imp_20',
  ]);
  expect(rest.next).toBeUndefined();
});

test('while S3 is away, announcing a large file can be tried again and leaves no record, and so can renewing', async () => {
  const uploads = uploadsBucket(
    { ...objects.env, S3_ENDPOINT: `http://127.0.0.1:${await findFreePort()}` },
    Date.now,
  );
  const jobs = importJobs(client, table);
  const away = importService({ jobs, uploads, now: Date.now, randomBytes });
  const large = { source: 'shop', filename: 'x', size: PART_BYTES + 1 };
  await expect(away.create(large)).rejects.toMatchObject({ name: 'StoreError', retriable: true });
  expect(await jobs.newest(10)).toEqual([]);
  const { importId } = await service.create(large);
  await expect(away.renew(importId)).rejects.toMatchObject({ name: 'StoreError', retriable: true });
});

test('a bucket that is missing is an error of ours, not one that passes', async () => {
  const uploads = uploadsBucket({ ...objects.env, IMPORTS_BUCKET: 'no-such-bucket' }, Date.now);
  await expect(uploads.beginParts('imports/shop/imp_1/x')).rejects.toMatchObject({
    name: 'StoreError',
    retriable: false,
  });
});
