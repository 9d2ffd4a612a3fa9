import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type States, serveStates } from '#infra/local/engines/states.ts';
import { type Execution, StartExecutionError } from '#infra/local/orchestration/execution.ts';
import type { LocalStateMachine } from '#infra/local/orchestration/state-machine.ts';
import { executions } from '#lib/platform/step-functions.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:zhiqun-night';
const known = new Map<string, Execution>();
let refusal: Error | undefined;
let states: States;

const machine: LocalStateMachine = {
  name: 'zhiqun-night',
  arn: ARN,
  start(input, name = 'unnamed') {
    if (refusal !== undefined) throw refusal;
    const executionArn = `${ARN.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution: Execution = {
      executionArn,
      stateMachineArn: ARN,
      name,
      status: 'RUNNING',
      startDate: 0,
      input,
    };
    known.set(executionArn, execution);
    return execution;
  },
  find: (executionArn) => known.get(executionArn),
  waitFor: async () => {},
  resume: async () => {},
  stop: () => {},
};
const night = (env: Record<string, string> = {}) =>
  executions({ NIGHT_ARN: ARN, STATES_ENDPOINT: states.endpoint, ...env }, 'NIGHT_ARN');

beforeAll(async () => {
  const { region, credentials } = testCredentials;
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  states = await serveStates();
  states.add(machine);
});
beforeEach(() => {
  known.clear();
  refusal = undefined;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await states.stop();
});

test('an execution is started under its name, with its input, and runs until it has ended', async () => {
  await night().start('2026-11-22-x7k3q9', { asOf: '2026-11-22', by: 'key-1' });
  const [execution] = known.values();
  expect(execution).toMatchObject({ name: '2026-11-22-x7k3q9' });
  expect(JSON.parse(execution?.input ?? '')).toEqual({ asOf: '2026-11-22', by: 'key-1' });
  expect(await night().isRunning('2026-11-22-x7k3q9')).toBe(true);
  for (const status of ['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT'] as const) {
    if (execution !== undefined) execution.status = status as Execution['status'];
    expect(await night().isRunning('2026-11-22-x7k3q9')).toBe(false);
  }
  expect(await night().isRunning('never-started')).toBe(false);
});

test('a refusal is a failure that trying again does not help', async () => {
  refusal = new StartExecutionError('ExecutionAlreadyExists', 'it exists');
  await expect(night().start('a', {})).rejects.toMatchObject({
    name: 'StoreError',
    message: 'start the state machine',
    retriable: false,
  });
  await expect(night({ NIGHT_ARN: `${ARN}-gone` }).start('a', {})).rejects.toMatchObject({
    retriable: false,
  });
});

test('without the machine’s name it says which variable is missing', () => {
  expect(() => executions({ NIGHT_ARN: ARN }, 'RECOUNT_ARN')).toThrow('RECOUNT_ARN');
});
