import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { StoreError } from '#lib/platform/errors.ts';
import { lease } from '#lib/platform/lease-table.ts';
import { partRecords, rebuildRecords } from '#lib/rebuilds/rebuild-records-table.ts';

import { emptyTotals } from '#lib/rebuilds/rebuild-view.ts';
import { createRebuilds } from '#lib/rebuilds/rebuilds.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let control: string;
/** names of executions that run, as Step Functions would tell */
const running = new Set<string>();
let started: { name: string; input: object }[];
const clock = { now: Date.parse('2026-03-09T01:00:00Z') };
const now = () => clock.now;

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});
beforeEach(async () => {
  ({ control } = await createTables(client));
  running.clear();
  started = [];
});

const recounts = (start = async (name: string, input: object) => void started.push({ name, input })) =>
  createRebuilds({
    records: rebuildRecords(client, control, now),
    lease: lease(client, control, 'recount', 60_000, now),
    executions: {
      start: async (name, input) => {
        await start(name, input);
        running.add(name);
      },
      isRunning: async (name) => running.has(name),
    },
    now,
    today: () => '2026-03-09',
    rules: 'rules-1',
    randomBytes,
  });
const minutes = (n: number) => {
  clock.now += n * 60_000;
};
const inProgress = { status: 409, code: 'recount_in_progress' };

/** Says of a part how far it is, as the function does. */
async function work(
  recountId: string,
  part: number,
  checked: number,
  how: { done?: true; fault?: string } = {},
) {
  const records = partRecords(client, control, now);
  const { fault: _, ...record } = await records.takeOver(recountId, part);
  await records.save(recountId, part, {
    ...record,
    totals: { ...emptyTotals(), membersChecked: checked },
    ...(how.done && { endedAt: now() }),
    ...(how.fault !== undefined && { fault: how.fault }),
  });
}

test('a job over all members has twenty parts, and the state machine gets their list', async () => {
  const job = await recounts().start({ by: 'key-1' });
  expect(job).toMatchObject({ state: 'running', scope: {}, startedBy: 'key-1', parts: { done: 0, of: 20 } });
  expect(job.recountId).toMatch(/^2026-03-09-[0-9a-z]{6}$/);
  const { recountId } = job;
  const parts = Array.from({ length: 20 }, (_, part) => ({ recountId, part }));
  expect(started).toEqual([{ name: recountId, input: { parts } }]);
  expect(await recounts().get(recountId)).toEqual(job);
  expect(await recounts().get('nobody')).toBeUndefined();
});

test('a thousand members with the longest ids are one part', async () => {
  const members = Array.from({ length: 1_000 }, (_, i) => `${i}`.padStart(256, 'x'));
  const job = await recounts().start({ by: 'key-1', members, from: '2026-03-01' });
  expect(job).toMatchObject({ scope: { members: 1_000, from: '2026-03-01' }, parts: { done: 0, of: 1 } });
  expect((await rebuildRecords(client, control, now).find(job.recountId))?.scope).toEqual({
    members,
    from: '2026-03-01',
  });
});

test('of jobs started at once one begins, and the next may when that is done', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => recounts().start({ by: 'key-1' })),
  );
  expect(started).toHaveLength(1);
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(refusals).toHaveLength(4);
  for (const refusal of refusals) expect(refusal).toMatchObject(inProgress);
  const { recountId } = (await recounts().list())[0]!;
  await expect(recounts().start({ by: 'key-1' })).rejects.toThrow(recountId);
  for (let part = 0; part < 20; part += 1) await work(recountId, part, 10, { done: true });
  minutes(1);
  await recounts().start({ by: 'key-2' });
  expect(await recounts().list()).toMatchObject([
    { state: 'running', startedBy: 'key-2' },
    { state: 'done', membersChecked: 200, parts: { done: 20, of: 20 }, endedAt: '2026-03-09T01:00:00.000Z' },
  ]);
});

test('a job counts what every part says of itself once, however often it says it', async () => {
  const { recountId } = await recounts().start({ by: 'key-1' });
  for (const checked of [3, 5, 8]) await work(recountId, 0, checked);
  await work(recountId, 1, 4, { done: true });
  await work(recountId, 1, 4, { done: true });
  expect(await recounts().get(recountId)).toMatchObject({ membersChecked: 12, parts: { done: 1, of: 20 } });
});

test('one whose execution has ended is reported as failed with its reason, and goes on where it was', async () => {
  const { recountId } = await recounts().start({ by: 'key-1' });
  await expect(recounts().resume(recountId)).rejects.toMatchObject(inProgress);
  await work(recountId, 0, 7, { done: true });
  await work(recountId, 3, 2, { fault: 'part of a table is gone' });
  running.clear();
  // Its execution may just not have begun.
  expect(await recounts().get(recountId)).toMatchObject({ state: 'running' });
  minutes(1);
  expect(await recounts().get(recountId)).toMatchObject({
    state: 'failed',
    error: 'part of a table is gone',
    membersChecked: 9,
    parts: { done: 1, of: 20 },
  });
  const resumed = await recounts().resume(recountId);
  expect(resumed).toMatchObject({
    recountId,
    state: 'running',
    membersChecked: 9,
    parts: { done: 1, of: 20 },
  });
  expect(resumed?.error).toBeUndefined();
  expect(started.map(({ name }) => name)).toEqual([
    recountId,
    expect.stringMatching(`^${recountId}-[0-9a-z]{6}$`),
  ]);
  expect(started[1]?.input).toEqual(started[0]?.input);
  for (let part = 1; part < 20; part += 1) await work(recountId, part, 1, { done: true });
  expect(await recounts().get(recountId)).toMatchObject({ state: 'done', membersChecked: 26 });
  await expect(recounts().resume(recountId)).rejects.toMatchObject({ status: 409, code: 'recount_done' });
  expect(await recounts().resume('nobody')).toBeUndefined();
});

test('one that stopped without a word holds up nobody, and cannot go on beside another', async () => {
  const first = await recounts().start({ by: 'key-1' });
  running.clear();
  minutes(1);
  await recounts().start({ by: 'key-2' });
  expect(await recounts().get(first.recountId)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('ended before it was through'),
  });
  await expect(recounts().resume(first.recountId)).rejects.toMatchObject(inProgress);
});

test('one that the state machine would not start is reported as failed, and can be resumed', async () => {
  const cause = new StoreError('start the state machine', { retriable: true });
  const refused = recounts(async () => {
    throw cause;
  });
  await expect(refused.start({ by: 'key-1' })).rejects.toBe(cause);
  const [failed] = await recounts().list();
  expect(failed).toMatchObject({
    state: 'failed',
    error: 'It could not be started: start the state machine',
  });
  expect(await recounts().resume(failed!.recountId)).toMatchObject({ state: 'running' });
});

test('who dies while starting one holds up the next for a minute', async () => {
  await lease(client, control, 'recount', 60_000, now).acquire('dead');
  await expect(recounts().start({ by: 'key-1' })).rejects.toMatchObject(inProgress);
  minutes(2);
  await recounts().start({ by: 'key-1' });
});
