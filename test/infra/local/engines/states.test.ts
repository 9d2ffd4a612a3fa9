import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type States, serveStates } from '#infra/local/engines/states.ts';
import { openJournal } from '#infra/local/orchestration/execution.ts';
import { type LocalStateMachine, loadStateMachine } from '#infra/local/orchestration/state-machine.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';

const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:night';
const definition = {
  StartAt: 'Which',
  States: {
    Which: {
      Type: 'Choice',
      Choices: [{ Variable: '$.fails', IsPresent: true, Next: 'Fail' }],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.seconds', End: true },
    Fail: { Type: 'Fail', Error: 'TooEarly', Cause: 'Come back later' },
  },
} as StateMachineDefinition;

let states: States;
let machine: LocalStateMachine;
let client: SFNClient;
let dir: string;
beforeAll(async () => {
  states = await serveStates();
  const noFunctions = (arn: string) => {
    throw new Error(arn);
  };
  dir = mkdtempSync(join(tmpdir(), 'zhiqun-states-'));
  machine = await loadStateMachine({ name: 'night', arn: stateMachineArn }, definition, noFunctions, {
    journal: openJournal(join(dir, 'executions.json')),
    log: () => {},
  });
  states.add(machine);
  client = new SFNClient({ endpoint: states.endpoint, ...testCredentials });
});
afterAll(async () => {
  machine.stop();
  client.destroy();
  await states.stop();
  rmSync(dir, { recursive: true });
});

const start = (name: string, input: object) =>
  client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
const describeIt = (executionArn: string | undefined) =>
  client.send(new DescribeExecutionCommand({ executionArn }));

test('the client of Step Functions starts an execution and sees it run and succeed', async () => {
  const { executionArn, startDate } = await start('brief', { seconds: 0 });
  expect(executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:night:brief');
  expect(Math.abs(startDate!.getTime() - Date.now())).toBeLessThan(5_000);
  const over = await vi.waitFor(async () => {
    const seen = await describeIt(executionArn);
    expect(seen.status).not.toBe('RUNNING');
    return seen;
  });
  expect(over).toMatchObject({
    status: 'SUCCEEDED',
    name: 'brief',
    stateMachineArn,
    output: '{"seconds":0}',
  });
  expect(over.stopDate!.getTime()).toBeGreaterThanOrEqual(startDate!.getTime());
});

test('a failed execution tells its error and its cause', async () => {
  const { executionArn } = await start('fails', { fails: true });
  await vi.waitFor(async () =>
    expect(await describeIt(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'TooEarly',
      cause: 'Come back later',
    }),
  );
});

test('one that runs says so, and gives its name to no other', async () => {
  const { executionArn } = await start('long', { seconds: 600 });
  expect(await describeIt(executionArn)).toMatchObject({ status: 'RUNNING', input: '{"seconds":600}' });
  await expect(start('long', { seconds: 1 })).rejects.toThrow(
    expect.objectContaining({
      name: 'ExecutionAlreadyExists',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    }),
  );
});

test('machines and executions that do not exist are distinguished', async () => {
  const elsewhere = new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}-of-others` });
  await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(describeIt(stateMachineArn.replace('stateMachine', 'execution'))).rejects.toMatchObject({
    name: 'ExecutionDoesNotExist',
  });
});
