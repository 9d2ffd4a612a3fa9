import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ImportRecord } from '#lib/imports/jobs/import-record.ts';
import { importService } from '#lib/imports/jobs/import-service.ts';
import { MAX_UPLOAD, PART_BYTES } from '#lib/imports/jobs/upload-plan.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { fakeUploads, importRecord, memoryJobs } from '#test/lib/http/memory-imports.ts';

interface Body {
  importId: string;
  uploadUrl: string;
  partSize: number;
  parts: { partNumber: number; from: number; to: number; uploadUrl: string }[];
  state: string;
  percent: number;
  imports: { importId: string }[];
  cursor?: string;
  code: string;
  errors: { path: string }[];
  rejectedUrl?: string;
}
const body = async (answer: Response) => (await answer.json()) as Body;

const now = Date.parse('2026-03-08T00:00:00.000Z');

function api(...records: ImportRecord[]) {
  const jobs = memoryJobs(...records);
  const imports = importService({ jobs, uploads: fakeUploads(), now: () => now, randomBytes });
  return { ...apiFixture({ imports }), jobs: jobs.jobs };
}

const announced = { source: 'moodle', filename: '日志 2026/3.csv', size: PART_BYTES };

describe('announcing a file', () => {
  test('gives one address for a small file, and the import is queued before the answer', async () => {
    const { ask, jobs } = api();
    const answer = await ask('POST /v1/imports', 'operator', announced);
    expect(answer.status).toBe(201);
    const { importId, uploadUrl, parts } = await body(answer);
    expect(importId).toMatch(/^imp_[0-9a-f]{24}$/);
    expect(parts).toBeUndefined();
    const key = `imports/moodle/${importId}/3.csv`;
    expect(uploadUrl).toBe(`https://s3.test/${key}?size=${PART_BYTES}`);
    expect(jobs.get(importId)).toMatchObject({ state: 'queued', key, filename: '日志 2026/3.csv' });
    expect(await body(await ask(`GET /v1/imports/${importId}`, 'reader'))).toMatchObject({
      state: 'queued',
      percent: 0,
      createdAt: '2026-03-08T00:00:00.000Z',
    });
  });

  test('gives an address for each part of a larger one', async () => {
    const { ask } = api();
    const size = 2 * PART_BYTES + 1;
    const { parts, partSize } = await body(await ask('POST /v1/imports', 'operator', { ...announced, size }));
    expect(partSize).toBe(PART_BYTES);
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, PART_BYTES],
      [PART_BYTES, 2 * PART_BYTES],
      [2 * PART_BYTES, size],
    ]);
    expect(parts[2]?.uploadUrl).toMatch(/\?3=1$/);
  });

  test.each([
    [{ ...announced, source: 'Moodle' }, 'body.source'],
    [{ ...announced, source: '../x' }, 'body.source'],
    [{ ...announced, source: undefined }, 'body.source'],
    [{ ...announced, filename: ' ' }, 'body.filename'],
    [{ ...announced, size: 0 }, 'body.size'],
    [{ ...announced, size: 1.5 }, 'body.size'],
    [{ ...announced, size: MAX_UPLOAD + 1 }, 'body.size'],
  ])('refuses %j and gives the path', async (input, path) => {
    const answer = await api().ask('POST /v1/imports', 'operator', input);
    expect(answer.status).toBe(400);
    expect((await body(answer)).errors.map((error) => error.path)).toEqual([path]);
  });
});

describe('renewing the addresses of an upload', () => {
  const begun = async (size: number) => {
    const jobs = memoryJobs();
    const [arrived, gone] = [new Set<string>(), new Set<string>()];
    const uploads = fakeUploads(arrived, gone);
    const { ask } = apiFixture({ imports: importService({ jobs, uploads, now: () => now, randomBytes }) });
    const ticket = await body(await ask('POST /v1/imports', 'operator', { ...announced, size }));
    const key = jobs.jobs.get(ticket.importId)?.key ?? '';
    const renew = () => ask(`POST /v1/imports/${ticket.importId}/upload`, 'operator');
    return { ticket, key, arrived, gone, renew };
  };

  test.each([7, 2 * PART_BYTES + 1])('answers as announcing did: %i bytes', async (size) => {
    const { ticket, renew } = await begun(size);
    const answer = await renew();
    expect(answer.status).toBe(200);
    expect(await body(answer)).toEqual(ticket);
  });

  test('says what to do when there is nothing left to upload', async () => {
    const { key, arrived, renew } = await begun(7);
    arrived.add(key);
    const answer = await renew();
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: 'upload_complete',
      detail: expect.stringContaining('GET /v1/imports/{importId} shows'),
    });
  });

  test('says what to do when the upload was given up', async () => {
    const { key, gone, renew } = await begun(PART_BYTES + 1);
    gone.add(`upload of ${key}`);
    const answer = await renew();
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: 'upload_gone',
      detail: expect.stringContaining('Announce the file again with POST /v1/imports'),
    });
  });

  test('ends with the import’s beginning', async () => {
    const answer = await api(importRecord()).ask('POST /v1/imports/imp_1/upload', 'operator');
    expect(answer.status).toBe(409);
    expect(await body(answer)).toMatchObject({ code: 'import_begun' });
  });

  test('needs an import that there is', async () => {
    const answer = await api().ask('POST /v1/imports/imp_2/upload', 'operator');
    expect(answer.status).toBe(404);
    expect(await body(answer)).toMatchObject({ code: 'import_not_found' });
  });
});

describe('completing an upload in parts', () => {
  const begun = async () => {
    const { ask, jobs } = api();
    const input = { ...announced, size: 2 * PART_BYTES };
    const { importId, parts } = await body(await ask('POST /v1/imports', 'operator', input));
    const complete = (etag: (part: number) => string) =>
      ask(`POST /v1/imports/${importId}/complete`, 'operator', {
        parts: parts.map(({ partNumber }) => ({ partNumber, etag: etag(partNumber) })),
      });
    return { complete, jobs };
  };

  test('answers the import, and may be repeated', async () => {
    const { complete } = await begun();
    for (let i = 0; i < 2; i += 1) {
      const answer = await complete(String);
      expect(answer.status).toBe(202);
      expect(await body(answer)).toMatchObject({ state: 'queued' });
    }
  });

  test('tells when the parts are others than those uploaded, and can be tried again', async () => {
    const { complete } = await begun();
    const answer = await complete(() => '"0f1e"');
    expect(answer.status).toBe(400);
    expect(await body(answer)).toMatchObject({ code: 'parts_invalid' });
    expect((await complete(String)).status).toBe(202);
  });

  test('tells when the upload was given up', async () => {
    const { complete } = await begun();
    const answer = await complete(() => 'gone');
    expect(answer.status).toBe(409);
    expect(await body(answer)).toMatchObject({ code: 'upload_gone' });
  });

  test('lets nothing into the request to S3 but ETags', async () => {
    const { complete } = await begun();
    expect((await complete(() => '</ETag><Part>')).status).toBe(400);
  });

  test('needs an import that there is', async () => {
    const parts = [{ partNumber: 1, etag: '1' }];
    const answer = await api().ask('POST /v1/imports/imp_2/complete', 'operator', { parts });
    expect(answer.status).toBe(404);
    expect(await body(answer)).toMatchObject({ code: 'import_not_found' });
  });
});

describe('asking for imports', () => {
  test('tells what became of the rows, and where the refused ones are', async () => {
    const answer = await api(importRecord()).ask('GET /v1/imports/imp_1', 'reader');
    expect(await answer.json()).toEqual({
      importId: 'imp_1',
      source: 'orders',
      filename: '订单.csv',
      size: 400,
      state: 'done',
      percent: 100,
      lines: 10,
      accepted: 8,
      dropped: 1,
      refused: 1,
      events: 8,
      late: 0,
      linesPerSecond: 5,
      firstRefusals: [{ line: 4, column: '金额', code: 'money_invalid', message: '"free" is no amount' }],
      mapping: 'orders@ready',
      createdAt: '2026-03-07T00:00:00.000Z',
      updatedAt: '2026-03-07T00:00:00.000Z',
      rejectedUrl: 'https://s3.test/rejected/imp_1.ndjson',
    });
  });

  test('offers no file of refused rows while there is none', async () => {
    const { ask } = api(importRecord({ state: 'running', bytesRead: 399, leaseUntil: now }));
    const running = await body(await ask('GET /v1/imports/imp_1', 'reader'));
    expect(running).toMatchObject({ state: 'running', percent: 99 });
    expect(running.rejectedUrl).toBeUndefined();
  });

  test('pages go from the newest to the oldest and miss none, also of the same millisecond', async () => {
    const records = Array.from({ length: 25 }, (_, i) =>
      importRecord({ importId: `imp_${i + 10}`, createdAt: now + Math.floor(i / 3) }),
    );
    const { ask } = api(...records);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const more: string = cursor === undefined ? '' : `&cursor=${cursor}`;
      const page = await body(await ask(`GET /v1/imports?limit=4${more}`, 'reader'));
      expect(page.imports.length).toBeLessThanOrEqual(4);
      seen.push(...page.imports.map(({ importId }) => importId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(records.map(({ importId }) => importId).reverse());
  });

  test.each(['cursor=x', 'cursor=1.imp_', 'limit=0', 'limit=201', 'limit=x'])(
    '%s is refused',
    async (query) => {
      expect((await api().ask(`GET /v1/imports?${query}`, 'reader')).status).toBe(400);
    },
  );

  test.each([
    ['imp_2', 404],
    ['order-1', 400],
  ])('of %s nothing is known', async (importId, status) => {
    expect((await api().ask(`GET /v1/imports/${importId}`, 'reader')).status).toBe(status);
  });
});
