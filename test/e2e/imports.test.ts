import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasFreeMemory } from '#infra/local/engines/engine-database.ts';
import type { StackInfo } from '#infra/local/stack-info.ts';
import { toMinorUnits } from '#lib/events/money.ts';
import { type Item, parseEventItem } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { findAction } from '#lib/members/contribution.ts';
import { createClient } from '#test/engines/dynamodb.ts';
import { checkedFetch } from './checked-fetch.ts';
import { readRows } from './se-rows.ts';
import { createOperator, PATIENCE, readStackInfo } from './stack-operator.ts';
import { type StackProcess, startStack } from './stack-process.ts';

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const present = existsSync(folder);
if (!present) console.log(`imports of real files: skipped, they are not at ${folder}`);

const MOODLE = join(folder, 'moodle-la/Events.csv.gz');
const CDNOW = join(folder, 'cdnow/CDNOW_master.txt.gz');
const run = promisify(execFile);
/** Each look reads a whole table, so it is not taken often. */
const UNTIL_COUNTED = { timeout: 400_000, interval: 4_000 };

let dataDir: string;
let stack: StackProcess;
let info: StackInfo;
const { api, drop, imports, imported } = createOperator(() => info);

async function start(): Promise<void> {
  stack = await startStack(dataDir);
  info = await readStackInfo(dataDir);
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(hasFreeMemory() ? '/dev/shm' : tmpdir(), 'imports-'));
  await start();
});
afterAll(async () => {
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** kill -9 of everything while a file is being imported, and a new start. */
async function killHalfWay(file: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const found = (await imports()).find(({ filename }) => filename === file);
      expect(found?.lines ?? 0).toBeGreaterThan(10_000);
      expect(found?.state).toBe('running');
    },
    { ...PATIENCE, interval: 50 },
  );
  await stack.killAll();
  await start();
}

/** A number by member, over all items of a table. */
async function byMember(table: string, of: (item: Record<string, { N?: string; S?: string }>) => number) {
  const client = createClient(info.dynamodb);
  const sums: Record<string, number> = {};
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: table, ExclusiveStartKey: start }),
    );
    for (const item of page.Items ?? []) {
      const userId = item['userId']?.S ?? '';
      const amount = of(item as Record<string, { N?: string; S?: string }>);
      if (amount !== 0) sums[userId] = (sums[userId] ?? 0) + amount;
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return sums;
}

const eventsByMember = () => byMember(info.tables.events, () => 1);
const only = (sums: Record<string, number>, mine: (userId: string) => boolean) =>
  Object.fromEntries(Object.entries(sums).filter(([userId]) => mine(userId)));

async function moodleTruth(): Promise<Record<string, number>> {
  const text = await readFile(join(folder, 'moodle-la/AllCombined.csv'));
  const rows: Array<Record<string, string>> = parse(text, { columns: true, bom: true });
  return Object.fromEntries(rows.map((row) => [row['User'] ?? '', Number(row['Frequency.Total'])]));
}

async function cdnowTruth(): Promise<Record<string, number>> {
  const text = gunzipSync(await readFile(CDNOW)).toString();
  const fen: Record<string, number> = {};
  for (const line of text.trim().split(/\r?\n/).slice(1)) {
    const [customer = '', , , dollars] = line.trim().split(/\s+/);
    fen[customer] = (fen[customer] ?? 0) + (toMinorUnits(dollars, 2) ?? Number.NaN);
  }
  return only(fen, (customer) => fen[customer] !== 0);
}

test('a small file that is not what its source says fails and says why', async () => {
  const { importId, uploadUrl } = await api<{ importId: string; uploadUrl: string }>('/v1/imports', {
    source: 'moodle',
    filename: 'wrong.csv',
    size: 8,
  });
  expect((await fetch(uploadUrl, { method: 'PUT', body: 'a,b\n1,2\n' })).status).toBe(200);
  expect(await imported('wrong.csv')).toMatchObject({
    importId,
    state: 'failed',
    error: expect.stringContaining('a, b'),
  });
});

describe.skipIf(!present)('files of real communities', () => {
  test('Moodle dropped into the bucket and killed half-way: every member’s number of events is the published one', async () => {
    await drop(MOODLE, 'imports/moodle/Events.csv.gz');
    await vi.waitFor(async () => {
      expect(
        (await imports()).find(({ filename }) => filename === 'Events.csv.gz')?.lines ?? 0,
      ).toBeGreaterThan(10_000);
    }, PATIENCE);
    await stack.killAll();
    await start();
    const sums = { state: 'done', lines: 95_626, accepted: 95_626, dropped: 0, refused: 0 };
    expect(await imported('Events.csv.gz')).toMatchObject(sums);
    expect(await eventsByMember()).toEqual(await moodleTruth());
  }, 500_000);

  test('the same file imported again changes nothing', async () => {
    const views = () => byMember(info.tables.members, (item) => Number(item['view']?.N ?? 0));
    const taxonomy = buildTaxonomy();
    const viewed = await byMember(info.tables.events, (item) =>
      Number(findAction(parseEventItem(item as Item), taxonomy) === 'view'),
    );
    await vi.waitFor(async () => expect(await views()).toEqual(viewed), UNTIL_COUNTED);
    await drop(MOODLE, 'imports/moodle/again.csv.gz');
    expect(await imported('again.csv.gz')).toMatchObject({ state: 'done', accepted: 95_626 });
    expect(await eventsByMember()).toEqual(await moodleTruth());
    expect(await views()).toEqual(viewed);
  }, 500_000);

  test('CDNOW uploaded and killed half-way: repeats all count, and every customer’s sum is right to the cent', async () => {
    const { size } = await stat(CDNOW);
    const ticket = { source: 'orders', filename: 'CDNOW_master.txt.gz', size };
    const { uploadUrl } = await api<{ uploadUrl: string }>('/v1/imports', ticket);
    expect((await fetch(uploadUrl, { method: 'PUT', body: await readFile(CDNOW) })).status).toBe(200);
    await killHalfWay('CDNOW_master.txt.gz');
    const sums = { state: 'done', lines: 69_659, accepted: 69_659, dropped: 0, refused: 0 };
    expect(await imported('CDNOW_master.txt.gz')).toMatchObject(sums);
    const truth = await cdnowTruth();
    await vi.waitFor(async () => {
      const paid = await byMember(info.tables.members, (item) => Number(item['paidMinor']?.N ?? 0));
      expect(only(paid, (userId) => userId in truth)).toEqual(truth);
    }, UNTIL_COUNTED);
    const orders = await byMember(info.tables.members, (item) => Number(item['order']?.N ?? 0));
    expect(Object.values(orders).reduce((sum, n) => sum + n, 0)).toBe(69_659);
  }, 500_000);

  test('a Stack Exchange dump by its mapping gives every author the counts of the XML', async () => {
    const dump = (name: string) => join(folder, 'se-quantumcomputing', name);
    await drop(dump('Posts.xml.gz'), 'imports/stackexchange/Posts.xml.gz');
    await drop(dump('Comments.xml.gz'), 'imports/stackexchange/Comments.xml.gz');
    expect(await imported('Posts.xml.gz')).toMatchObject({ state: 'done', refused: 0 });
    expect(await imported('Comments.xml.gz')).toMatchObject({ state: 'done', accepted: 3_412, dropped: 1 });
    const posts: Record<string, number> = {};
    const replies: Record<string, number> = {};
    const add = (to: Record<string, number>, author: string | undefined): void => {
      if (author) to[`se-${author}`] = (to[`se-${author}`] ?? 0) + 1;
    };
    for (const row of await readRows(pathToFileURL(dump('Posts.xml.gz')))) {
      if (row['PostTypeId'] === '1') add(posts, row['OwnerUserId']);
      if (row['PostTypeId'] === '2') add(replies, row['OwnerUserId']);
    }
    for (const row of await readRows(pathToFileURL(dump('Comments.xml.gz')))) add(replies, row['UserId']);
    const counted = async (action: string) =>
      only(await byMember(info.tables.members, (item) => Number(item[action]?.N ?? 0)), (userId) =>
        /^se-/.test(userId),
      );
    await vi.waitFor(async () => {
      expect(await counted('post')).toEqual(posts);
      expect(await counted('reply')).toEqual(replies);
    }, UNTIL_COUNTED);
  }, 500_000);
});

test('the command line ends zero when every row was accepted, and non-zero when one was refused', async () => {
  const command = fileURLToPath(new URL('../../infra/cli/import.ts', import.meta.url));
  const importing = async (name: string, content: string) => {
    const file = join(dataDir, name);
    await writeFile(file, content);
    const ran = await run(process.execPath, [
      command,
      file,
      '--source',
      'orders',
      '--data-dir',
      dataDir,
    ]).catch((error: { code: number; stdout: string; stderr: string }) => error);
    return { code: 'code' in ran ? ran.code : 0, output: ran.stdout + ran.stderr };
  };
  const good = 'user_id,date,amount\ncli-1,2026-03-08,9.90\ncli-1,2026-03-08,9.90\n';
  expect(await importing('good.csv', good)).toMatchObject({ code: 0 });
  const bad = await importing('bad.csv', `${good}cli-2,2026-03-09,free\n`);
  expect(bad.code).toBe(1);
  expect(bad.output).toMatch(/4.*amount/s);
  await vi.waitFor(async () => {
    const response = await checkedFetch(new URL('/v1/members/cli-1', info.api), {
      headers: { authorization: `Bearer ${info.secretKey}` },
    });
    expect(await response.json()).toMatchObject({
      netPaymentMinor: { total: 1_980 },
      counts: { total: { order: 2 } },
    });
  }, PATIENCE);
});
