import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FunctionError, type LocalFunction } from '#infra/local/lambda/functions.ts';
import { openJournal } from '#infra/local/orchestration/execution.ts';
import { loadStateMachine } from '#infra/local/orchestration/state-machine.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { STEPS } from '#lib/pipeline/run/run-record.ts';
import { deployedMachine } from '#test/infra/machine-states.ts';
import { synthesize } from '#test/infra/synthesize.ts';

const { arn, definition, states, limitOf, rights } = deployedMachine(synthesize(), 'Night');
const parseName = (fn: string) => fn.split(':').at(-1)!.replace('zhiqun-nightly-', '');
const tasks = states.filter(([, { Type }]) => Type === 'Task');

test('no call outlives its function unseen, none is given up at once, and none fails without a report', () => {
  expect(tasks.length).toBeGreaterThan(STEPS.length);
  for (const [name, { Resource = '', TimeoutSeconds, Retry = [], Catch = [] }] of tasks) {
    expect(TimeoutSeconds, name).toBeGreaterThan(limitOf(Resource));
    expect(
      Retry.flatMap(({ ErrorEquals }) => ErrorEquals),
      name,
    ).toEqual(expect.arrayContaining(['Lambda.TooManyRequestsException', 'States.ALL']));
    const caught = Catch.flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(caught, name).toEqual(parseName(Resource) === 'fail-run' ? [] : ['States.ALL']);
  }
});

test('parts are executions of their own, at most forty at once, and as long as a function may take', () => {
  const maps = states.filter(([, { Type }]) => Type === 'Map');
  expect(maps.map(([name]) => name)).toEqual(['Snapshot', 'Score']);
  for (const [, { ItemProcessor, MaxConcurrency }] of maps) {
    expect(MaxConcurrency).toBe(40);
    expect(ItemProcessor?.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
  }
});

test('the machine may call its own functions and start its own parts, nothing else', () => {
  const called = [...new Set(tasks.map(([, { Resource }]) => Resource))].sort();
  expect(rights).toEqual([
    ['lambda:InvokeFunction', called],
    ['states:StartExecution', [arn]],
    [
      ['states:DescribeExecution', 'states:StopExecution'],
      [`${arn.replace(':stateMachine:', ':execution:')}:*`],
    ],
  ]);
});

describe('run on this machine', () => {
  const dir = mkdtempSync(join(tmpdir(), 'zhiqun-night-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  /** Runs the night with functions that do nothing but fail where they should. */
  async function night(input: object, fails: (name: string, event: Record<string, unknown>) => boolean) {
    const calls: [string, Record<string, unknown>][] = [];
    const findFunction = (arn: string): LocalFunction => ({
      name: parseName(arn),
      arn,
      invoke: async (payload) => {
        const event = JSON.parse(payload);
        calls.push([parseName(arn), event]);
        if (fails(parseName(arn), event))
          throw new FunctionError('threw', { cause: new RangeError('no luck') });
        const { runId, asOf = '2026-11-22' } = event;
        const part = (index: number) => ({ runId, asOf, part: index, of: 3 });
        return parseName(arn) === 'plan' ? { runId, asOf, parts: [0, 1, 2].map(part) } : {};
      },
    });
    const name = `run-${Math.random().toString(36).slice(2)}`;
    const machine = await loadStateMachine(
      { name: 'night', arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:night' },
      definition,
      findFunction,
      { journal: openJournal(join(dir, `${name}.json`)), log: () => {} },
    );
    const { executionArn } = machine.start(JSON.stringify(input), name);
    await machine.waitFor(executionArn);
    const { status, error, cause } = machine.find(executionArn)!;
    const of = (fn: string) => calls.filter(([called]) => called === fn).map(([, event]) => event);
    return { name, status, error, cause, of, calls };
  }

  test('every step gets what it needs, once, in order', async () => {
    const { name: runId, status, of, calls } = await night({ asOf: '2026-10-01', by: 'k1' }, () => false);
    const run = { runId, asOf: '2026-10-01' };
    expect(status).toBe('SUCCEEDED');
    expect(of('plan')).toEqual([{ ...run, by: 'k1' }]);
    const parts = [0, 1, 2].map((part) => ({ ...run, part, of: 3 }));
    expect(of('snapshot')).toEqual(parts);
    expect(of('fit')).toEqual(MODEL_KINDS.map((kind) => ({ ...run, kind })));
    expect(of('score')).toEqual(parts);
    expect(of('publish')).toEqual([run]);
    expect(of('audit')).toEqual([run]);
    const order = [...new Set(calls.map(([called]) => called))].filter((called) => called !== 'audit');
    expect(order).toEqual(['plan', 'snapshot', 'fit', 'score', 'publish']);
  });

  test('an audit that fails does not hold up the night', async () => {
    const { status, of } = await night({ asOf: '2026-10-01' }, (name) => name === 'audit');
    expect(status).toBe('SUCCEEDED');
    expect(of('publish')).toHaveLength(1);
    expect(of('fail-run')).toEqual([]);
  });

  test('a step that fails now and then is repeated, and the run succeeds', async () => {
    const seen = new Set<string>();
    const { status, of } = await night({}, (name, event) => {
      const call = `${name} ${JSON.stringify(event)}`;
      const isFirst = !seen.has(call);
      seen.add(call);
      return isFirst;
    });
    expect(status).toBe('SUCCEEDED');
    expect(of('fail-run')).toEqual([]);
    expect(of('publish')).toHaveLength(2);
  });

  test.concurrent.each(STEPS.filter((name) => name !== 'audit'))(
    '%s that keeps failing is named with its error, and nothing is published',
    async (step) => {
      const [fn, kind] = step.startsWith('fit-') ? ['fit', step.slice('fit-'.length)] : [step, undefined];
      const fails = (name: string, event: Record<string, unknown>) =>
        name === fn && (kind === undefined || event['kind'] === kind) && (event['part'] ?? 1) === 1;
      const { name: runId, status, of } = await night({}, fails);
      expect(status).toBe('FAILED');
      const [first, ...others] = of('fail-run');
      expect(first).toEqual({ runId, step, error: { Error: 'RangeError', Cause: expect.any(String) } });
      expect(JSON.parse((first!['error'] as { Cause: string }).Cause)).toMatchObject({
        errorMessage: 'no luck',
      });
      for (const other of others) expect(other).toMatchObject({ runId, step });
      expect(of('publish')).toHaveLength(step === 'publish' ? 3 : 0);
    },
  );

  test('that the record cannot be written does not make a failed run succeed', async () => {
    const { status, error } = await night({}, (name) => name === 'plan' || name === 'fail-run');
    expect([status, error]).toEqual(['FAILED', 'RangeError']);
  });
});
