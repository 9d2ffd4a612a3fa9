import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { partitionCount, planRun } from '#lib/pipeline/plan.ts';
import { publishRun } from '#lib/pipeline/publish.ts';
import { failRun, runStep } from '#lib/pipeline/run/run-step.ts';
import { pipelineRuns } from '#lib/pipeline/run/runs.ts';
import { allRuns } from '#lib/pipeline/run/runs-table.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { pipelineWorld } from '#test/lib/pipeline/pipeline-world.ts';

let world: Awaited<ReturnType<typeof pipelineWorld>>;
/** names of executions that run, as Step Functions would tell */
const running = new Set<string>();
let started: { name: string; input: object }[];
const TODAY = '2026-03-09';
const today = () => TODAY;

beforeEach(async () => {
  running.clear();
  started = [];
  world = await pipelineWorld();
});
afterEach(() => world.stop());

const runsOver = (start = async (name: string, input: object) => void started.push({ name, input })) =>
  pipelineRuns({
    records: world.records,
    find: world.find,
    all: () => allRuns(world.client, world.tables.control),
    executions: {
      start: async (name, input) => {
        await start(name, input);
        running.add(name);
      },
      isRunning: async (name) => running.has(name),
    },
    now: () => world.clock.now,
    today,
    randomBytes,
  });
const plan = (runId: string, asOf?: string) =>
  planRun(
    {
      store: world.store,
      records: world.records,
      find: world.find,
      membersBytes: async () => 0,
      isRebuilding: async () => false,
      today,
    },
    { runId, asOf },
  );
const fail = (runId: string, step: string, error: { Error?: string; Cause?: string }) =>
  failRun({ ...world.records, find: world.find }, { runId, step, error }, TODAY);
const minutes = (n: number) => {
  world.clock.now += n * 60_000;
};

test('a started run is under way, and the state machine has its date and who asked', async () => {
  const run = await runsOver().start({ asOf: '2026-03-01', by: 'key-1' });
  expect(run).toMatchObject({ state: 'running', asOf: '2026-03-01', startedBy: 'key-1' });
  expect(run.runId).toMatch(/^2026-03-09-[0-9a-z]{6}$/);
  expect(run.steps.map(({ state }) => state)).toEqual(Array(10).fill('waiting'));
  expect(started).toEqual([{ name: run.runId, input: { asOf: '2026-03-01', by: 'key-1' } }]);
  expect(await runsOver().get(run.runId)).toEqual(run);
  expect(await runsOver().get('2026-03-09-nobody')).toBeUndefined();
});

test('of runs started at once, one begins and the others learn which', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => runsOver().start({ by: 'key-1' })),
  );
  expect(started).toHaveLength(1);
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  expect(refusals).toHaveLength(4);
  for (const reason of refusals) {
    expect(reason).toMatchObject({ status: 409, code: 'run_in_progress' });
    expect(reason.message).toContain(started[0]?.name);
  }
  expect(await runsOver().list()).toHaveLength(1);
});

test.each([
  ['2026-03-10', 'date_in_future'],
  ['2026-02-30', 'date_invalid'],
  ['yesterday', 'date_invalid'],
  ['', 'date_invalid'],
])('a run as of %j is refused, and takes no lease', async (asOf, code) => {
  await expect(runsOver().start({ asOf, by: 'key-1' })).rejects.toMatchObject({ status: 400, code });
  expect(await world.records.acquireLease('another')).toBe('another');
});

test('a run that the state machine would not start is reported as failed, and the next may begin', async () => {
  const cause = new StoreError('start the state machine', { retriable: true });
  await expect(
    runsOver(async () => {
      throw cause;
    }).start({ by: 'key-1' }),
  ).rejects.toBe(cause);
  expect(await runsOver().list()).toMatchObject([
    { state: 'failed', error: { step: 'plan', message: 'It could not be started: start the state machine' } },
  ]);
  await runsOver().start({ by: 'key-1' });
  expect(started).toHaveLength(1);
});

describe('a run that ends without a word', () => {
  test('holds up the next one for an hour of silence at most', async () => {
    const first = await runsOver().start({ by: 'key-1' });
    minutes(50);
    await world.records.begin(first.runId, 'plan');
    minutes(59);
    await expect(runsOver().start({ by: 'key-1' })).rejects.toMatchObject({ code: 'run_in_progress' });
    minutes(2);
    expect(await runsOver().list()).toMatchObject([{ state: 'failed', error: { step: 'plan' } }]);
    const second = await runsOver().start({ by: 'key-1' });
    expect(second.runId).not.toBe(first.runId);
    await expect(world.records.begin(first.runId, 'snapshot')).rejects.toThrow(second.runId);
  });

  test('and whose execution was stopped holds up nobody', async () => {
    const first = await runsOver().start({ by: 'key-1' });
    await world.records.begin(first.runId, 'plan');
    running.delete(first.runId);
    minutes(1);
    // Its execution may just not have begun.
    await expect(runsOver().start({ by: 'key-1' })).rejects.toMatchObject({ code: 'run_in_progress' });
    minutes(2);
    expect(await runsOver().get(first.runId)).toMatchObject({
      state: 'failed',
      error: { step: 'plan', message: expect.stringContaining('stopped from outside') },
    });
    await runsOver().start({ by: 'key-1' });
  });

  test('after it had failed, with its lease not released, holds up nobody', async () => {
    const first = await runsOver().start({ by: 'key-1' });
    await world.records.fail(first.runId, 'snapshot', 'it broke', TODAY);
    await world.records.acquireLease(first.runId);
    await runsOver().start({ by: 'key-1' });
    expect(started).toHaveLength(2);
  });
});

describe('planning', () => {
  test('a scheduled run acquires its lease itself, as of today, and a second attempt gives the same parts', async () => {
    const first = await plan('scheduled-1');
    expect(first).toEqual({
      runId: 'scheduled-1',
      asOf: TODAY,
      parts: [0, 1].map((part) => ({ runId: 'scheduled-1', asOf: TODAY, part, of: 2 })),
    });
    const grown = planRun(
      {
        store: world.store,
        records: world.records,
        find: world.find,
        membersBytes: async () => 10 ** 12,
        isRebuilding: async () => false,
        today: () => '2026-03-10',
      },
      { runId: 'scheduled-1' },
    );
    expect(await grown).toEqual(first);
    expect(await runsOver().get('scheduled-1')).toMatchObject({ startedBy: 'schedule', state: 'running' });
  });

  test('while another run is under way is refused clearly, and the record says so', async () => {
    const { runId } = await runsOver().start({ by: 'key-1' });
    const refusal = await plan('scheduled-1').catch((error: Error) => error.message);
    expect(refusal).toContain(runId);
    const failure = await fail('scheduled-1', 'plan', {
      Error: 'Error',
      Cause: '{"errorMessage":"whatever"}',
    });
    expect(failure).toEqual({ step: 'plan', message: refusal });
    expect(await runsOver().get('scheduled-1')).toMatchObject({
      state: 'failed',
      error: { step: 'plan', message: refusal },
    });
    // The other one still has its lease.
    await expect(runsOver().start({ by: 'key-1' })).rejects.toThrow(runId);
  });

  test('goes ahead when the run before has failed without releasing its lease', async () => {
    await plan('scheduled-1');
    await fail('scheduled-1', 'snapshot', {});
    await world.records.acquireLease('scheduled-1');
    expect((await plan('scheduled-2')).runId).toBe('scheduled-2');
  });

  test('of a run that the API started keeps its lease and who started it', async () => {
    const { runId } = await runsOver().start({ asOf: '2026-03-01', by: 'key-1' });
    await plan(runId, '2026-03-01');
    expect(await runsOver().get(runId)).toMatchObject({ asOf: '2026-03-01', startedBy: 'key-1' });
  });

  test('a date in the future, given to the state machine by hand, fails with the reason', async () => {
    await expect(plan('by-hand', '2027-01-01')).rejects.toThrow('2027-01-01 is still to come');
    await fail('by-hand', 'plan', {
      Error: 'ApiError',
      Cause: '{"errorMessage":"2027-01-01 is still to come"}',
    });
    expect(await runsOver().get('by-hand')).toMatchObject({
      state: 'failed',
      asOf: TODAY,
      error: { step: 'plan', message: '2027-01-01 is still to come' },
    });
  });

  test.each([
    [0, 2],
    [200 * 1024 ** 2, 2],
    [1024 ** 3, 8],
    [128 * 1024 ** 3, 1_000],
    [1024 ** 4, 1_000],
  ])('%d bytes of members are read in %d parts', (bytes, parts) => {
    expect(partitionCount(bytes)).toBe(parts);
  });
});

describe('the record of a run', () => {
  const done = (step: 'snapshot' | 'score', part: number) =>
    runStep(world.records, { runId: 'run-1', step, part, of: 3 }, async () => {});
  beforeEach(() => plan('run-1'));
  const findStep = async (name: string) =>
    (await runsOver().get('run-1'))?.steps.find((step) => step.name === name);

  test('counts every part once, however often it is done', async () => {
    for (const part of [0, 2, 2, 0]) await done('snapshot', part);
    expect(await findStep('snapshot')).toMatchObject({ state: 'running', done: 2, of: 3 });
    minutes(1);
    await Promise.all([done('snapshot', 1), done('snapshot', 1)]);
    const snapshot = await findStep('snapshot');
    expect(snapshot).toMatchObject({ state: 'done', done: 3, of: 3, startedAt: '2026-03-08T19:00:00.000Z' });
    expect(snapshot?.endedAt).toBe('2026-03-08T19:01:00.000Z');
  });

  test('says which step failed and why: the reason of the part itself, not that of the map', async () => {
    await done('snapshot', 0);
    const broken = runStep(world.records, { runId: 'run-1', step: 'snapshot', part: 1, of: 3 }, async () => {
      throw new Error('write runs/run-1/snapshot/part-1.parquet', { cause: new Error('socket hang up') });
    });
    await expect(broken).rejects.toThrow();
    await done('snapshot', 2);
    await fail('run-1', 'snapshot', {
      Error: 'States.ExceedToleratedFailureThreshold',
      Cause: 'too many items failed',
    });
    expect(await runsOver().get('run-1')).toMatchObject({
      state: 'failed',
      error: {
        step: 'snapshot',
        message: 'part 1 of 3: write runs/run-1/snapshot/part-1.parquet: socket hang up',
      },
    });
    expect(await findStep('snapshot')).toMatchObject({ state: 'failed', done: 2, of: 3 });
    expect(await world.records.acquireLease('run-2')).toBe('run-2');
  });

  test('forgets a failure that a later attempt overcame', async () => {
    const attempt = (work: () => Promise<void>) =>
      runStep(world.records, { runId: 'run-1', step: 'fit-value' }, work);
    await expect(
      attempt(async () => {
        throw new Error('for a moment');
      }),
    ).rejects.toThrow();
    await attempt(async () => {});
    const failure = await fail('run-1', 'fit-profiles', {
      Error: 'Sandbox.Timedout',
      Cause: '{"errorMessage":"Task timed out after 900.00 seconds"}',
    });
    expect(failure).toEqual({
      step: 'fit-profiles',
      message: expect.stringContaining('Task timed out after 900.00 seconds. It took longer than it may.'),
    });
  });

  test('forgets the failure of a part that a later attempt overcame', async () => {
    const broken = runStep(world.records, { runId: 'run-1', step: 'score', part: 1, of: 3 }, async () => {
      throw new Error('for a moment');
    });
    await expect(broken).rejects.toThrow();
    await done('score', 1);
    const failure = await fail('run-1', 'score', { Error: 'Runtime.ExitError', Cause: 'signal: killed' });
    expect(failure.message).toContain('out of memory');
  });

  test('of a failed run keeps the first reason, and no late step goes on', async () => {
    await fail('run-1', 'fit-value', { Error: 'Error', Cause: '{"errorMessage":"the first"}' });
    await fail('run-1', 'fit-profiles', { Error: 'Error', Cause: '{"errorMessage":"the second"}' });
    expect((await runsOver().get('run-1'))?.error).toEqual({ step: 'fit-value', message: 'the first' });
    await expect(done('score', 0)).rejects.toThrow('run-1 has failed already');
    expect(await world.records.acquireLease('run-2')).toBe('run-2');
  });

  test('of a run that is done stays so, whatever comes late', async () => {
    await publishRun(world.sources(), await world.scoredRun('run-1', TODAY));
    await fail('run-1', 'publish', { Error: 'States.Timeout' });
    await world.records.partDone('run-1', 'score', 0);
    expect(await runsOver().get('run-1')).toMatchObject({ state: 'done', live: true });
    expect((await runsOver().get('run-1'))?.error).toBeUndefined();
  });
});

test('runs are listed newest first', async () => {
  for (const runId of ['b', 'a', 'c']) {
    await plan(runId);
    await fail(runId, 'plan', {});
    minutes(1);
  }
  expect((await runsOver().list()).map(({ runId }) => runId)).toEqual(['c', 'a', 'b']);
});
