import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startObjectsAndQueues } from '#infra/local/engines/objects-and-queues.ts';
import { createCalendar } from '#lib/events/calendar.ts';
import { eventWriter } from '#lib/events/events-table.ts';
import { parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import { importFiles } from '#lib/imports/jobs/import-files-bucket.ts';
import { handleImportMessage, type ImportJobDeps, type ImportMessage } from '#lib/imports/jobs/import-job.ts';
import type { ImportRecord } from '#lib/imports/jobs/import-record.ts';
import { importRuns } from '#lib/imports/jobs/imports-table.ts';
import { rejectedKey } from '#lib/imports/jobs/row-outcome.ts';
import { CHUNK_ROWS } from '#lib/imports/jobs/run-import.ts';
import { parsePreset } from '#lib/imports/presets/presets.ts';
import { lateEventCounter } from '#lib/members/late-events-table.ts';
import { createClient, createTables, startEngine, testCredentials } from '#test/engines/dynamodb.ts';

const BUCKET = 'imports';
const ROWS = 2 * CHUNK_ROWS + 700;

let stops: Array<() => Promise<unknown>> = [];
let client: DynamoDBClient;
let objects: S3Client;
let imports = 0;

beforeAll(async () => {
  const engine = await startEngine();
  const folder = await mkdtemp(join(tmpdir(), 'zhiqun-test-'));
  const s3 = await startObjectsAndQueues(
    { queues: join(folder, 'q'), objects: join(folder, 'o') },
    'us-east-1',
  );
  client = createClient(engine.endpoint);
  objects = new S3Client({ endpoint: s3.endpoint, forcePathStyle: true, ...testCredentials });
  await objects.send(new CreateBucketCommand({ Bucket: BUCKET }));
  stops = [engine.stop, s3.stop, () => rm(folder, { recursive: true })];
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** Orders of a few customers; every tenth line is broken, and every line stands there twice. */
function orders(rows: number): string {
  const lines = ['customer_id,date,amount'];
  for (let i = 0; i < rows; i += 1) {
    const n = Math.floor(i / 2);
    const amount = n % 10 === 9 ? 'free' : `${n % 100}.50`;
    lines.push(`c${n % 7},2026-01-${String((n % 28) + 1).padStart(2, '0')},${amount}`);
  }
  return `${lines.join('\n')}\n`;
}

interface Run {
  message: Extract<ImportMessage, { kind: 'object' }>;
  deps: ImportJobDeps;
  handedOver: string[];
  members: string;
  record(): Promise<ImportRecord | undefined>;
  stored(): Promise<StoredEvent[]>;
  rejected(): Promise<string[]>;
}

async function upload(content: string | Uint8Array, more: Partial<ImportJobDeps> = {}): Promise<Run> {
  const tables = await createTables(client);
  const importId = `imp_${++imports}`;
  const key = `imports/orders/${importId}/orders.csv`;
  await objects.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
  const runs = importRuns(client, tables.control);
  const handedOver: string[] = [];
  return {
    message: {
      kind: 'object',
      importId,
      source: 'orders',
      key,
      filename: 'orders.csv',
      size: content.length,
    },
    handedOver,
    deps: {
      runs,
      filesOf: ({ key, importId }) => importFiles(objects, { bucket: BUCKET, key, importId }),
      mappingOf: async () => ({ name: 'orders@ready', mapping: parsePreset('orders') }),
      events: eventWriter(client, tables.events),
      lateAmong: lateEventCounter(
        client,
        tables.members,
        createCalendar('Asia/Shanghai'),
        400,
        more.now ?? Date.now,
      ),
      handOver: async (id) => void handedOver.push(id),
      isOutOfTime: () => false,
      now: Date.now,
      timeZone: 'Asia/Shanghai',
      retentionDays: 400,
      ...more,
    },
    members: tables.members,
    record: () => runs.find(importId),
    async stored() {
      const events: StoredEvent[] = [];
      let start: Record<string, never> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({ TableName: tables.events, ExclusiveStartKey: start }),
        );
        events.push(...(page.Items ?? []).map(parseEventItem));
        start = page.LastEvaluatedKey as typeof start;
      } while (start !== undefined);
      return events;
    },
    async rejected() {
      const { Body } = await objects.send(
        new GetObjectCommand({ Bucket: BUCKET, Key: rejectedKey(importId) }),
      );
      return ((await Body?.transformToString()) ?? '').trim().split('\n');
    },
  };
}

async function expectComplete(run: Run, rows = ROWS): Promise<void> {
  const record = await run.record();
  const refused = Math.floor(rows / 20) * 2;
  expect(record).toMatchObject({
    state: 'done',
    sums: { lines: rows, accepted: rows - refused, refused, dropped: 0 },
    events: rows - refused,
    bytesRead: run.message.size,
  });
  expect(await run.stored()).toHaveLength(rows - refused);
  const lines = (await run.rejected()).map((line) => JSON.parse(line) as { line: number; column: string });
  expect(lines).toHaveLength(refused);
  expect(lines.map(({ line }) => line)).toEqual(lines.map(({ line }) => line).sort((a, b) => a - b));
  expect(lines[0]).toMatchObject({ line: 20, column: 'amount' });
}

test('every line ends as accepted or refused, equal lines all count, and the sums add up', async () => {
  const run = await upload(orders(ROWS));
  await handleImportMessage(run.message, 1, run.deps);
  await expectComplete(run);
});

test('a packed file gives the same', async () => {
  const run = await upload(gzipSync(orders(ROWS)));
  await handleImportMessage(run.message, 1, run.deps);
  await expectComplete(run);
});

test('the same message again changes nothing', async () => {
  const run = await upload(orders(300));
  await handleImportMessage(run.message, 1, run.deps);
  const before = await run.record();
  await handleImportMessage(run.message, 1, run.deps);
  expect(await run.record()).toEqual(before);
});

test('a longer file imported again adds only what is new', async () => {
  const run = await upload(orders(400));
  await handleImportMessage(run.message, 1, run.deps);
  const longer = await upload(orders(600));
  longer.deps.events = run.deps.events;
  await handleImportMessage(longer.message, 1, longer.deps);
  expect(await run.stored()).toHaveLength(600 - Math.floor(600 / 20) * 2);
});

test('what comes for days that are closed is stored, and reported', async () => {
  const file =
    'customer_id,date,amount\nc1,2026-01-01,5\nc1,2026-01-02,5\nc2,2026-01-01,5\nc1,2026-01-01,7\n';
  const now = Date.parse('2027-03-01T00:00:00Z');
  const run = await upload(file, { now: () => now });
  const closed = (userId: string, date: string, closesAt: number) =>
    client.send(
      new PutItemCommand({
        TableName: run.members,
        Item: {
          userId: { S: userId },
          sk: { S: `day#${date}` },
          order: { N: '1' },
          closesAt: { N: String(closesAt) },
          seq: { S: '~1' },
        },
      }),
    );
  await closed('c1', '2026-01-01', now / 1000 - 60);
  await closed('c1', '2026-01-02', now / 1000 + 86_400);
  await handleImportMessage(run.message, 1, run.deps);
  expect(await run.record()).toMatchObject({ state: 'done', events: 4, late: 2 });
  expect(await run.stored()).toHaveLength(4);
});

test('a run that nears its time limit hands over, and the next ones finish', async () => {
  const run = await upload(orders(ROWS), { isOutOfTime: () => true });
  await handleImportMessage(run.message, 1, run.deps);
  expect(run.handedOver).toEqual([run.message.importId]);
  expect(await run.record()).toMatchObject({ state: 'running', sums: { lines: CHUNK_ROWS } });
  const go = { kind: 'continue', importId: run.message.importId } as const;
  await handleImportMessage(go, 1, run.deps);
  expect(run.handedOver).toHaveLength(2);
  await handleImportMessage(go, 1, run.deps);
  await expectComplete(run);
});

test('a crash at any point resumes from the checkpoint and changes no sum', async () => {
  for (const crashAt of ['write', 'saveRejected', 'checkpoint', 'mergeRejected'] as const) {
    for (const when of ['before', 'after'] as const) {
      const run = await upload(orders(ROWS));
      let calls = 0;
      const crashing =
        <A extends unknown[], R>(name: string, real: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          // The second chunk, so that there is a checkpoint to resume from.
          const dies = name === crashAt && (++calls === 2 || name === 'mergeRejected');
          if (dies && when === 'before') throw new Error('killed');
          const result = await real(...args);
          if (dies) throw new Error('killed');
          return result;
        };
      const { deps } = run;
      let dead = false;
      await handleImportMessage(run.message, 1, {
        ...deps,
        events: { put: crashing('write', deps.events.put) },
        filesOf: (record) => {
          const files = deps.filesOf(record);
          return {
            open: files.open,
            saveRejected: crashing('saveRejected', files.saveRejected),
            mergeRejected: crashing('mergeRejected', files.mergeRejected),
          };
        },
        runs: {
          ...deps.runs,
          replace: crashing('checkpoint', async (next, read) => {
            if (dead) throw new Error('dead functions write nothing');
            return deps.runs.replace(next, read);
          }),
        },
      }).catch(() => {
        dead = true;
      });
      expect(dead, `${crashAt} ${when}`).toBe(true);
      await handleImportMessage(run.message, 2, run.deps);
      await expectComplete(run);
    }
  }
}, 120_000);

test('two runs of the same import at once change no sum', async () => {
  const run = await upload(orders(ROWS));
  const message = { kind: 'continue', importId: run.message.importId } as const;
  await Promise.all([
    handleImportMessage(run.message, 1, run.deps).catch(() => {}),
    handleImportMessage(run.message, 1, run.deps).catch(() => {}),
  ]);
  await handleImportMessage(message, 1, run.deps);
  await expectComplete(run);
});

test('a file that is not what its mapping says stops early and says so', async () => {
  const wrong = `customer_id,date,amount\n${'c1,2026-01-01,free\n'.repeat(ROWS)}`;
  const run = await upload(wrong);
  await handleImportMessage(run.message, 1, run.deps);
  expect(await run.record()).toMatchObject({
    state: 'failed',
    sums: { lines: 1_000, refused: 1_000 },
    error: expect.stringContaining('1000 of the first 1000 lines were refused'),
  });
});

test('a file without the columns that its mapping needs fails at once, naming them', async () => {
  const run = await upload('a,b\n1,2\n');
  await handleImportMessage(run.message, 1, run.deps);
  expect(await run.record()).toMatchObject({ state: 'failed', error: expect.stringMatching(/a, b|column/) });
});

test('a packed file that breaks off fails and says so, even while a chunk is still being written', async () => {
  const whole = gzipSync(orders(ROWS));
  const run = await upload(whole.subarray(0, whole.length - 20));
  const slow: ImportJobDeps['events'] = {
    put: async (events, budgetMs) => {
      await run.deps.events.put(events, budgetMs);
      await new Promise((resolve) => setTimeout(resolve, 300));
    },
  };
  await handleImportMessage(run.message, 1, { ...run.deps, events: slow });
  expect(await run.record()).toMatchObject({
    state: 'failed',
    sums: { lines: 2 * CHUNK_ROWS },
    error: expect.stringContaining('gzip'),
  });
});

test('what may pass is tried three times, then the import says failed with the reason', async () => {
  const run = await upload(orders(10));
  const broken = { ...run.deps, events: { put: () => Promise.reject(new Error('table is gone')) } };
  for (const attempt of [1, 2]) {
    await expect(handleImportMessage(run.message, attempt, broken)).rejects.toThrow('table is gone');
    expect(await run.record()).toMatchObject({ state: 'running', error: 'table is gone' });
  }
  await expect(handleImportMessage(run.message, 3, broken)).rejects.toThrow('table is gone');
  expect(await run.record()).toMatchObject({ state: 'failed', error: 'table is gone' });
});

test('an import that went well in the end no longer shows what had gone wrong', async () => {
  const run = await upload(orders(40));
  const broken = { ...run.deps, events: { put: () => Promise.reject(new Error('table is gone')) } };
  await expect(handleImportMessage(run.message, 1, broken)).rejects.toThrow('table is gone');
  await handleImportMessage(run.message, 2, run.deps);
  const record = await run.record();
  expect(record?.state).toBe('done');
  expect(record).not.toHaveProperty('error');
});
