import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { auditCommand } from '#infra/cli/audit.ts';
import { startDynoxide } from '#infra/local/engines/dynoxide.ts';
import { identify } from '#infra/local/host/data-dir.ts';
import type { StackInfo } from '#infra/local/stack-info.ts';
import { readOptions, startLocal } from '#infra/local/start.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';
import { giveUpMessages, readShards } from '#test/lib/members/given-up.ts';
import { checkedFetch } from './checked-fetch.ts';

const script = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));
let dir: string;
let dataDir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zhiqun-start-'));
  dataDir = join(dir, 'data');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

const described = (): StackInfo => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as StackInfo;
const engine = () => JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as { pid: number };

/** The command, with what it says and how it ends. */
function command(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended, output: () => output };
}

async function write(stack: StackInfo, userId: string): Promise<void> {
  const sent = await checkedFetch(`${stack.api}/v1/track`, {
    method: 'POST',
    body: JSON.stringify({ writeKey: stack.writeKey, userId, event: 'Post Created', messageId: userId }),
  });
  expect(sent.status).toBe(200);
}

/** Every line that functions have written since the stack was started, by function. */
function functionLines(): Map<string, Record<string, unknown>[]> {
  const read = (file: string) =>
    readFileSync(join(dataDir, 'logs', file), 'utf8')
      .trim()
      .split('\n');
  return new Map(
    readdirSync(join(dataDir, 'logs')).map((file) => [file, read(file).map((line) => JSON.parse(line))]),
  );
}

/** Waits until the member has this many posts. */
const expectPosts = (stack: StackInfo, userId: string, count: number) =>
  vi.waitFor(
    async () => {
      const headers = { authorization: `Bearer ${stack.secretKey}` };
      const answer = await checkedFetch(`${stack.api}/v1/members/${userId}`, { headers });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ counts: { total: { post: count } } });
    },
    { timeout: 5_000, interval: 20 },
  );

test('everything in the template is there, an event is counted, and stack.json says where', async () => {
  const { stack, stop } = await startLocal({ port: 0, dataDir, empty: true });
  try {
    expect(described()).toEqual(stack);
    const dynamodb = new DynamoDBClient({ endpoint: stack.dynamodb, ...testCredentials });
    const { TableNames } = await dynamodb.send(new ListTablesCommand());
    expect(TableNames).toEqual(expect.arrayContaining(Object.values(stack.tables)));
    const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: stack.tables.events }));
    expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' });
    const s3 = new S3Client({ endpoint: stack.s3, forcePathStyle: true, ...testCredentials });
    for (const Bucket of Object.values(stack.buckets)) await s3.send(new HeadBucketCommand({ Bucket }));
    const sqs = new SQSClient({ endpoint: stack.sqs, ...testCredentials });
    const QueueUrl = stack.queues.failures;
    const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(queue.Attributes).toMatchObject({ MessageRetentionPeriod: '1209600' });

    await write(stack, 'first-run');
    await expectPosts(stack, 'first-run', 1);
    expect((await checkedFetch(`${stack.api}/docs`)).status).toBe(200);
    await expect(startLocal({ port: 0, dataDir })).rejects.toThrow(
      `in use by another local stack (pid ${process.pid})`,
    );
  } finally {
    await stop();
  }
});

test('a second start in the same process finds data and keys again, and an audit agrees with the log', async () => {
  const before = described();
  const { stack, stop } = await startLocal({ port: 0, dataDir, empty: true });
  try {
    expect(stack).toMatchObject({ writeKey: before.writeKey, secretKey: before.secretKey });
    await expectPosts(stack, 'first-run', 1);
    await write(stack, 'second-run');
    await expectPosts(stack, 'second-run', 1);
    let output = '';
    const all = { write: (text: string) => (output += text) };
    const code = await auditCommand(['--all', '--data-dir', dataDir], { env: {}, out: all, err: all });
    expect(output).toContain('2 members compared with the log; 0 differed.');
    expect(code).toBe(0);
  } finally {
    await stop();
  }
});

test('what counting gave up is counted again without anybody doing anything', async () => {
  const { stack, stop } = await startLocal({ port: 0, dataDir, empty: true });
  try {
    await write(stack, 'given-up');
    await expectPosts(stack, 'given-up', 1);
    const dynamodb = new DynamoDBClient({ endpoint: stack.dynamodb, ...testCredentials });
    const sk = `day#${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)}`;
    const Key = { userId: { S: 'given-up' }, sk: { S: sk } };
    await dynamodb.send(new DeleteItemCommand({ TableName: stack.tables.members, Key }));
    const [MessageBody] = giveUpMessages(
      await readShards(dynamodb, stack.dynamodb, stack.tables.events),
      'given-up',
    );
    const sqs = new SQSClient({ endpoint: stack.sqs, ...testCredentials });
    await sqs.send(new SendMessageCommand({ QueueUrl: stack.queues.countingFailures, MessageBody }));
    await expectPosts(stack, 'given-up', 1);
  } finally {
    await stop();
  }
});

test('the night runs with every start, and one that was cut off is carried on with the next', async () => {
  const runs = async ({ api, secretKey }: StackInfo, path = '', method = 'GET') => {
    const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' };
    const body = method === 'POST' ? { body: '{}' } : {};
    return checkedFetch(`${api}/v1/runs${path}`, { method, headers, ...body });
  };
  const patience = { timeout: 30_000, interval: 50 };
  const first = await startLocal({ port: 0, dataDir, empty: true });
  let runId = '';
  try {
    await first.runSchedules();
    const { runs: all } = (await (await runs(first.stack)).json()) as { runs: RunView[] };
    expect(all[0]).toMatchObject({ state: 'done', startedBy: 'schedule' });
    const written = functionLines();
    for (const step of ['snapshot', 'audit', 'fit', 'score', 'publish'])
      expect(written.get(`zhiqun-nightly-${step}.log`)).toContainEqual(
        expect.objectContaining({ function: step, runId: all[0]?.runId }),
      );
    for (const lines of written.values())
      for (const line of lines)
        expect(line).toMatchObject({
          function: expect.stringMatching(/^[a-z-]+$/),
          version: expect.stringMatching(/^[0-9.]+\+[0-9a-f]{12}$/),
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
    await vi.waitFor(async () => {
      const asked = await runs(first.stack, '', 'POST');
      expect(asked.status).toBe(202);
      ({ runId } = (await asked.json()) as RunView);
    }, patience);
  } finally {
    await first.stop();
  }
  const { stack, stop } = await startLocal({ port: 0, dataDir, empty: true });
  try {
    await vi.waitFor(async () => {
      expect(await (await runs(stack, `/${runId}`)).json()).toMatchObject({ state: 'done' });
    }, patience);
  } finally {
    await stop();
  }
});

test('SIGTERM ends everything that was started, within 5 s and with code 0', async () => {
  const { child, ended, output } = command(['--port', '0', '--data-dir', dataDir, '--empty']);
  await vi.waitFor(() => expect(output()).toContain('Ctrl-C stops it'), { timeout: 45_000 });
  const { api, secretKey, writeKey } = described();
  for (const shown of [api, `${api}/docs`, secretKey, writeKey, dataDir]) expect(output()).toContain(shown);
  const { pid } = engine();
  expect(identify(pid)).toBeDefined();
  const from = performance.now();
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(identify(pid)).toBeUndefined();
  await expect(fetch(api)).rejects.toThrow();
});

test('SIGINT while it starts leaves nothing behind', async () => {
  const { child, ended } = command(['--port', '0', '--data-dir', dataDir, '--empty']);
  await vi.waitFor(() => expect(existsSync(join(dataDir, 'engine.json'))).toBe(true), {
    timeout: 30_000,
    interval: 5,
  });
  const { pid } = engine();
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  await vi.waitFor(() => expect(identify(pid)).toBeUndefined());
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
});

test('an engine that dies ends the stack with an error', async () => {
  const { ended, output } = command(['--port', '0', '--data-dir', dataDir, '--empty']);
  await vi.waitFor(() => expect(output()).toContain('Ctrl-C stops it'), { timeout: 45_000 });
  process.kill(engine().pid, 'SIGKILL');
  expect(await ended).toBe(1);
  expect(output()).toContain('The DynamoDB engine (dynoxide) ended unexpectedly');
});

test('a busy port ends the start at once and says what to do', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(busy.listening).toBe(true));
  const { port } = busy.address() as { port: number };
  const { ended, output } = command(['--port', String(port), '--data-dir', dataDir]);
  expect(await ended).toBe(1);
  expect(output()).toContain(`Port ${port} is in use by another program`);
  busy.close();
});

test('options are read, and a wrong one is named', async () => {
  expect(readOptions([])).toEqual({ port: 3000, dataDir: '.local', empty: false, fresh: false });
  expect(readOptions(['--port', '0', '--data-dir', 'x', '--empty', '--fresh'])).toEqual({
    port: 0,
    dataDir: 'x',
    empty: true,
    fresh: true,
  });
  expect(() => readOptions(['--prot', '1'])).toThrow("Unknown option '--prot'");
  expect(() => readOptions(['--port', 'x'])).toThrow('--port x: expected a number from 0 to 65535');
  const { ended, output } = command(['--prot', '1']);
  expect(await ended).toBe(1);
  expect(output()).toContain("Unknown option '--prot'");
});

test('another engine can take the place of the built-in one', async () => {
  const other = await startDynoxide();
  process.env['DYNAMODB_ENDPOINT'] = other.endpoint;
  try {
    const { stack, stop } = await startLocal({ port: 0, dataDir: join(dir, 'other'), empty: true });
    expect(stack.dynamodb).toBe(other.endpoint);
    await write(stack, 'elsewhere');
    await expectPosts(stack, 'elsewhere', 1);
    await stop();
  } finally {
    delete process.env['DYNAMODB_ENDPOINT'];
    await other.stop();
  }
  const away = command(['--port', '0', '--data-dir', join(dir, 'other')], {
    DYNAMODB_ENDPOINT: other.endpoint,
  });
  expect(await away.ended).toBe(1);
  expect(away.output()).toContain(`DYNAMODB_ENDPOINT is ${other.endpoint}, but nobody answers there`);
});
