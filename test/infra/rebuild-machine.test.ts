import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FunctionError, type LocalFunction } from '#infra/local/lambda/functions.ts';
import { openJournal } from '#infra/local/orchestration/execution.ts';
import { loadStateMachine } from '#infra/local/orchestration/state-machine.ts';
import { deployedMachine } from '#test/infra/machine-states.ts';
import { synthesize } from '#test/infra/synthesize.ts';

const { arn, definition, states, limitOf, rights } = deployedMachine(synthesize(), 'Recount');
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const fn = tasks[0]![1].Resource!;

test('its one call does not outlive its function unseen, and is not given up at once', () => {
  expect(tasks).toHaveLength(1);
  const [, { TimeoutSeconds, Retry = [] }] = tasks[0]!;
  expect(limitOf(fn)).toBe(15 * 60);
  expect(TimeoutSeconds).toBeGreaterThan(limitOf(fn));
  expect(Retry.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(
    expect.arrayContaining(['Lambda.TooManyRequestsException', 'States.ALL']),
  );
  expect(definition.TimeoutSeconds).toBe(24 * 3_600);
});

test('parts are executions of their own, so few at once that apps have room', () => {
  const [[, { ItemProcessor, MaxConcurrency }]] = states.filter(([, { Type }]) => Type === 'Map') as [
    (typeof states)[number],
  ];
  expect(MaxConcurrency).toBe(5);
  expect(ItemProcessor?.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
});

test('the machine may call its function and start its own parts, nothing else', () => {
  expect(rights).toEqual([
    ['lambda:InvokeFunction', [fn]],
    ['states:StartExecution', [arn]],
    [
      ['states:DescribeExecution', 'states:StopExecution'],
      [`${arn.replace(':stateMachine:', ':execution:')}:*`],
    ],
  ]);
});

describe('run on this machine', () => {
  const dir = mkdtempSync(join(tmpdir(), 'zhiqun-recount-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  /** Runs a job of three parts. @param answer what the n-th call for a part gives: whether it is through, or an error */
  async function recount(answer: (part: number, call: number) => boolean | Error) {
    const calls = [0, 0, 0];
    const parts = calls.map((_, part) => ({ recountId: 'r-1', part }));
    const findFunction = (): LocalFunction => ({
      name: 'recount',
      arn: fn,
      invoke: async (payload) => {
        const { recountId, part } = JSON.parse(payload) as (typeof parts)[number];
        calls[part]! += 1;
        const done = answer(part, calls[part]!);
        if (done instanceof Error) throw new FunctionError('threw', { cause: done });
        return { recountId, part, done };
      },
    });
    const machine = await loadStateMachine({ name: 'recount', arn }, definition, findFunction, {
      journal: openJournal(join(dir, `${Math.random()}.json`)),
      log: () => {},
    });
    const { executionArn } = machine.start(JSON.stringify({ parts }), 'r-1');
    await machine.waitFor(executionArn);
    return { calls, status: machine.find(executionArn)?.status };
  }

  test('every part is called until it is through', async () => {
    const { calls, status } = await recount((part, call) => call > part * 3);
    expect({ calls, status }).toEqual({ calls: [1, 4, 7], status: 'SUCCEEDED' });
  });

  test('a part that fails now and then is called again', async () => {
    const { calls, status } = await recount((_, call) => (call % 2 === 1 ? new Error('no luck') : call > 3));
    expect({ calls, status }).toEqual({ calls: [4, 4, 4], status: 'SUCCEEDED' });
  });

  test('a part that keeps failing fails the execution', async () => {
    const { calls, status } = await recount((part) => (part === 1 ? new Error('no luck') : true));
    expect({ calls, status }).toEqual({ calls: [1, 3, 1], status: 'FAILED' });
  });
});
