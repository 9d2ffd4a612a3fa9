import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { afterAll, expect, test } from 'vitest';
import { openJournal, stateLimitBytes } from '#infra/local/orchestration/execution.ts';
import { loadStateMachine } from '#infra/local/orchestration/state-machine.ts';

import { buildArn, functionsFromSource } from '#test/infra/local/lambda/function-from-source.ts';

const load = functionsFromSource();
const identity = { name: 'night', arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:night' };

const dir = mkdtempSync(join(tmpdir(), 'zhiqun-machine-'));
afterAll(() => rmSync(dir, { recursive: true }));
const newFile = () => join(dir, `${randomUUID()}.json`);

/** A machine over functions given as the text of their modules, with what it logged. */
async function buildMachine(definition: object, sources: Record<string, string>, journalFile = newFile()) {
  const functions = await Promise.all(
    Object.entries(sources).map(([name, body]) =>
      load(`export const handler = async (event) => { ${body} }`, {
        name,
        Timeout: 1,
      }),
    ),
  );
  const logged: string[] = [];
  const findFunction = (arn: string) => {
    const found = functions.find((fn) => fn.arn === arn);
    if (!found) throw new Error(`there is no function ${arn}`);
    return found;
  };
  const machine = await loadStateMachine(identity, definition as StateMachineDefinition, findFunction, {
    journal: openJournal(journalFile),
    log: (line) => logged.push(line),
  });
  return {
    machine,
    logged,
    async run(input: unknown = {}, name?: string) {
      const { executionArn } = machine.start(JSON.stringify(input), name);
      await machine.waitFor(executionArn);
      const { output, ...rest } = machine.find(executionArn)!;
      return { ...rest, output: output === undefined ? undefined : JSON.parse(output) };
    },
  };
}

const task = (name: string, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: buildArn(name),
  ...more,
});
const only = (state: object, others: object = {}) => ({ StartAt: 'It', States: { It: state, ...others } });
const partsState = (more: object, state: object = task('part')) => ({
  Type: 'Map',
  ItemsPath: '$.parts',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Part',
    States: { Part: state },
  },
  ...more,
});
const catchAll = (next: string) => ({
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next }],
});
const isTried = (times: number) =>
  `globalThis.tried ??= {}; const key = JSON.stringify(event); tried[key] = (tried[key] ?? 0) + 1; if (tried[key] < ${times}) throw new Error('not yet');`;

test('plan, parts, fits beside each other: a definition runs with its paths, its context and its functions', async () => {
  const { run } = await buildMachine(
    {
      StartAt: 'Name',
      States: {
        Name: { Type: 'Pass', InputPath: '$$.Execution.Name', ResultPath: '$.runId', Next: 'Plan' },
        Plan: task('plan', { Next: 'Parts' }),
        Parts: partsState({ ResultPath: '$.done', MaxConcurrency: 2, Next: 'Fits' }),
        Fits: {
          Type: 'Parallel',
          Branches: ['a', 'b'].map((kind) => ({
            StartAt: `Fit ${kind}`,
            States: {
              [`Fit ${kind}`]: task('fit', { Parameters: { kind, 'runId.$': '$.runId' }, End: true }),
            },
          })),
          ResultPath: '$.fits',
          End: true,
        },
      },
    },
    {
      plan: 'return { runId: event.runId, asked: event.by, parts: [0, 1, 2].map((part) => ({ part })) };',
      part: 'return event.part * 10;',
      fit: 'return event.kind + " of " + event.runId;',
    },
  );
  expect(await run({ by: 'k1' }, 'run-1')).toMatchObject({
    status: 'SUCCEEDED',
    name: 'run-1',
    executionArn: 'arn:aws:states:us-east-1:000000000000:execution:night:run-1',
    output: { runId: 'run-1', asked: 'k1', done: [0, 10, 20], fits: ['a of run-1', 'b of run-1'] },
  });
});

test('a task that fails is tried again as often as Retry says, and every retry is reported', async () => {
  const retry = { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2 }], End: true };
  const { run, logged } = await buildMachine(only(task('flaky', retry)), {
    flaky: `${isTried(3)} return 'at last';`,
  });
  expect(await run({ id: 1 })).toMatchObject({ status: 'SUCCEEDED', output: 'at last' });
  expect(logged).toEqual([
    expect.stringContaining('It failed and is tried again (retry 1)'),
    expect.stringContaining('It failed and is tried again (retry 2)'),
  ]);
});

test('an error that Retry does not name is not tried again', async () => {
  const retry = { Retry: [{ ErrorEquals: ['TypeError'], MaxAttempts: 5 }], End: true };
  const { run } = await buildMachine(only(task('flaky', retry)), { flaky: isTried(3) });
  expect(await run({ id: 2 })).toMatchObject({ status: 'FAILED', error: 'Error' });
});

test('Catch gets the error as Lambda reports it: its name, and message and stack as JSON', async () => {
  const { run } = await buildMachine(
    only(task('broken', { ...catchAll('Report'), End: true }), { Report: task('report', { End: true }) }),
    { broken: 'throw new RangeError("7 is too much");', report: 'return event;' },
  );
  const { status, output } = await run({ runId: 'r' });
  expect(status).toBe('SUCCEEDED');
  expect(output).toMatchObject({ runId: 'r', error: { Error: 'RangeError' } });
  expect(JSON.parse(output.error.Cause)).toMatchObject({
    errorType: 'RangeError',
    errorMessage: '7 is too much',
    trace: expect.arrayContaining([expect.stringContaining('RangeError: 7 is too much')]),
  });
});

test('a function that takes too long is an error too', async () => {
  const { run } = await buildMachine(only(task('slow')), { slow: 'await new Promise(() => {});' });
  const { status, error, cause } = await run();
  expect([status, error]).toEqual(['FAILED', 'Sandbox.Timedout']);
  expect(cause).toContain('timed out after 1 seconds');
});

test('a failed part fails a Distributed Map with Step Functions’ own error, whatever the error of the part', async () => {
  const { run } = await buildMachine(
    only(partsState({ ...catchAll('Report'), End: true }), { Report: task('report', { End: true }) }),
    { part: 'if (event.part === 1) throw new RangeError("part 1");', report: 'return event.error;' },
  );
  expect((await run({ parts: [{ part: 0 }, { part: 1 }] })).output).toEqual({
    Error: 'States.ExceedToleratedFailureThreshold',
    Cause: 'The specified tolerated failure threshold was exceeded',
  });
});

test('a part is retried, and may catch its own error, before it fails the map', async () => {
  const part = task('part', {
    Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    ...catchAll('Noted'),
    End: true,
  });
  const map = partsState({ End: true }, part);
  Object.assign(map.ItemProcessor.States, { Noted: task('note', { End: true }) });
  const { run } = await buildMachine(only(map), { part: isTried(3), note: 'return event.error.Error;' });
  expect(await run({ parts: [{ id: 'caught' }] })).toMatchObject({ status: 'SUCCEEDED', output: ['Error'] });
});

test('the error of a branch is what its Parallel catches, and a Fail state ends with what it is given', async () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: task(name) } });
  const { run, logged } = await buildMachine(
    only(
      { Type: 'Parallel', Branches: [branch('good'), branch('bad')], ...catchAll('End'), End: true },
      { End: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' } },
    ),
    { good: 'return 1;', bad: 'throw new SyntaxError("bad");' },
  );
  const { status, error } = await run();
  expect([status, error]).toEqual(['FAILED', 'SyntaxError']);
  expect(logged.at(-1)).toContain('failed with SyntaxError: SyntaxError: bad\n');
});

test('more than 256 KB between two states ends the execution, and nothing catches that', async () => {
  const big = `return 'x'.repeat(${stateLimitBytes});`;
  const caught = { ...catchAll('End'), End: true };
  const asTask = await buildMachine(only(task('big', caught), { End: { Type: 'Succeed' } }), { big });
  expect(await asTask.run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });

  const some = `return 'x'.repeat(${stateLimitBytes / 2});`;
  const asMap = await buildMachine(only(partsState(caught), { End: { Type: 'Succeed' } }), { part: some });
  const parts = [0, 1, 2].map((part) => ({ part }));
  expect(await asMap.run({ parts })).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
});

test('an execution that takes longer than it may has timed out', async () => {
  const { run } = await buildMachine(
    { ...only({ Type: 'Wait', Seconds: 600, End: true }), TimeoutSeconds: 1 },
    {},
  );
  expect(await run()).toMatchObject({ status: 'TIMED_OUT' });
});

test('stopping ends what runs, and no function is called any more', async () => {
  const { machine } = await buildMachine(
    { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, Next: 'It' }, It: task('it') } },
    { it: 'globalThis.wasCalled = true;' },
  );
  const { executionArn } = machine.start('{}');
  machine.stop();
  await machine.waitFor(executionArn);
  expect(machine.find(executionArn)).toMatchObject({ status: 'ABORTED' });
  expect(globalThis).not.toHaveProperty('wasCalled');
});

test('what ran when the process ended begins again with the next one, under its name, and nothing else does', async () => {
  const definition = only(task('it'));
  const file = newFile();
  const first = await buildMachine(
    definition,
    { it: 'if (event.asOf) await new Promise((done) => setTimeout(done, 300));' },
    file,
  );
  await first.run({}, 'done-before');
  first.machine.start('{"asOf":"2026-11-22"}', 'night-1');
  first.machine.stop();

  const next = await buildMachine(definition, { it: 'return event.asOf;' }, file);
  await next.machine.resume();
  const arn = identity.arn.replace('stateMachine', 'execution');
  expect(next.machine.find(`${arn}:night-1`)).toMatchObject({ status: 'SUCCEEDED', output: '"2026-11-22"' });
  expect(next.machine.find(`${arn}:done-before`)).toBeUndefined();
  expect(openJournal(file).running()).toEqual({});
});

test('a name belongs to one execution; the same start again is the same execution while it runs', async () => {
  const { machine } = await buildMachine(only({ Type: 'Wait', Seconds: 600, End: true }), {});
  const first = machine.start('{"asOf":"2026-11-22"}', 'night-1');
  expect(machine.start('{"asOf":"2026-11-22"}', 'night-1')).toBe(first);
  expect(() => machine.start('{}', 'night-1')).toThrow(
    expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
  );
  machine.stop();
  expect(() => machine.start('{"asOf":"2026-11-22"}', 'night-1')).toThrow('Execution Already Exists');
});

test.each([
  ['no name', '', '{}', 'InvalidName'],
  ['a name with a colon', '2026-11-22T03:00', '{}', 'InvalidName'],
  ['a name of 81 characters', 'n'.repeat(81), '{}', 'InvalidName'],
  ['no JSON', 'n', '{', 'InvalidExecutionInput'],
  ['too much input', 'n', JSON.stringify('x'.repeat(stateLimitBytes)), 'InvalidExecutionInput'],
])('%s cannot be started', async (_what, name, input, error) => {
  const { machine } = await buildMachine(only({ Type: 'Succeed' }), {});
  expect(() => machine.start(input, name)).toThrow(expect.objectContaining({ name: error }));
});

test.each([
  ['a definition that is none', { StartAt: 'Nowhere', States: {} }, /invalid/],
  [
    'another service',
    only(task('x', { Resource: 'arn:aws:states:::sqs:sendMessage', End: true })),
    /It has the resource/,
  ],
  [
    'a tolerance for failures',
    only(partsState({ ToleratedFailurePercentage: 5, End: true })),
    /It has ToleratedFailurePercentage/,
  ],
  [
    'a part that asks for its own name',
    only(partsState({ End: true }, task('x', { Parameters: { 'id.$': '$$.Execution.Name' }, End: true }))),
    /It has a child that asks for its own/,
  ],
  ['a function that is not there', only(task('nobody')), /there is no function/],
])('%s is refused before anything runs', async (_what, definition, message) => {
  await expect(buildMachine(definition, {})).rejects.toThrow(message);
});
