import { type Execution, StartExecutionError } from '#infra/local/orchestration/execution.ts';
import type { LocalStateMachine } from '#infra/local/orchestration/state-machine.ts';
import { type JsonAnswer, serveJson } from './json-endpoint.ts';

/** The state machines of this machine, and the address at which clients of Step Functions find them. */
export type States = {
  endpoint: string;
  add(machine: LocalStateMachine): void;
  stop(): Promise<void>;
};

/** Serves `StartExecution` and `DescribeExecution` of Step Functions on a free loopback port. */
export async function serveStates(): Promise<States> {
  const machines = new Map<string, LocalStateMachine>();
  const { endpoint, stop } = await serveJson('1.0', (target, text) =>
    handleRequest(target, JSON.parse(text || '{}'), machines),
  );
  return { endpoint, stop, add: (machine) => machines.set(machine.arn, machine) };
}

type Request = { stateMachineArn?: string; executionArn?: string; name?: string; input?: string };

function handleRequest(
  target: string,
  request: Request,
  machines: ReadonlyMap<string, LocalStateMachine>,
): JsonAnswer {
  switch (target) {
    case 'AWSStepFunctions.StartExecution': {
      const { stateMachineArn = '', name, input = '{}' } = request;
      const machine = machines.get(stateMachineArn);
      if (!machine)
        return errorAnswer('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
      return startExecution(machine, input, name);
    }
    case 'AWSStepFunctions.DescribeExecution': {
      const { executionArn = '' } = request;
      for (const machine of machines.values()) {
        const found = machine.find(executionArn);
        if (found) return [200, found];
      }
      return errorAnswer('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    }
    default:
      return errorAnswer('UnknownOperationException', `The local target does not know ${target}`);
  }
}

function startExecution(machine: LocalStateMachine, input: string, name: string | undefined): JsonAnswer {
  try {
    const { executionArn, startDate }: Execution = machine.start(input, name);
    return [200, { executionArn, startDate }];
  } catch (error) {
    if (error instanceof StartExecutionError) return errorAnswer(error.name, error.message);
    throw error;
  }
}

const errorAnswer = (name: string, message: string): JsonAnswer => [400, { __type: name, message }];
