import { readJson, writeJson } from '#infra/local/host/json-file.ts';
import { FunctionError, type LocalFunction } from '#infra/local/lambda/functions.ts';

type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution. Times are seconds since 1970, texts are JSON. */
export type Execution = {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
};

/** An execution that cannot be started. Its name is the one that Step Functions gives the error. */
export class StartExecutionError extends Error {
  constructor(name: 'ExecutionAlreadyExists' | 'InvalidName' | 'InvalidExecutionInput', message: string) {
    super(message);
    this.name = name;
  }
}

type Outcome = Pick<Execution, 'status' | 'output' | 'error' | 'cause'>;

export const successOutcome = (output: unknown): Outcome => ({
  status: 'SUCCEEDED',
  output: JSON.stringify(output),
});
export const failureOutcome = ({ name, message }: Error): Outcome => ({
  status: 'FAILED',
  error: name,
  cause: message,
});

/** What an error of the library says of an execution. */
export function outcomeOfError(error: Error): Outcome {
  if (error.name === 'ExecutionAbortedError') return { status: 'ABORTED' };
  return error.cause instanceof Error ? failureOutcome(error.cause) : { status: 'TIMED_OUT' };
}

/** @throws ExecutionRefused */
export function checkName(name: string): void {
  const isGood = name.length >= 1 && name.length <= 80 && !/[\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]/u.test(name);
  if (!isGood) throw new StartExecutionError('InvalidName', `Invalid Name: '${name}'`);
}

/** @throws ExecutionRefused */
export function checkInput(input: string): void {
  if (Buffer.byteLength(input) > stateLimitBytes)
    throw new StartExecutionError('InvalidExecutionInput', `The input is over ${stateLimitBytes} bytes`);
  try {
    JSON.parse(input);
  } catch {
    throw new StartExecutionError('InvalidExecutionInput', 'The input is not JSON');
  }
}

/** How an execution ended that did not succeed, for people. */
export function describeFailure({ name, status, error, cause = '' }: Execution): string {
  if (status !== 'FAILED')
    return `the execution ${name} ${status === 'ABORTED' ? 'was aborted' : 'timed out'}`;
  return `the execution ${name} failed with ${error}: ${formatCause(cause)}`;
}

/** The stack of an error that Lambda reported, or the cause as it is. */
function formatCause(cause: string): string {
  try {
    const { errorMessage, trace } = JSON.parse(cause) as { errorMessage?: string; trace?: string[] };
    return trace?.join('\n') ?? errorMessage ?? cause;
  } catch {
    return cause;
  }
}

/** What Step Functions lets a state take or give, and an execution begin with. */
export const stateLimitBytes = 256 * 1024;

/** What Retry and Catch do not see; the library asks these properties. */
export class TerminalError extends Error {
  readonly isRetryable = false;
  readonly isCatchable = false;

  constructor(name: 'States.DataLimitExceeded' | 'States.Runtime', message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * Calls a function as a Task state does.
 * @throws Error with the name and message that Lambda gives; TerminalError for too much data, or once the execution is over
 */
export async function invokeTask(state: string, fn: LocalFunction, input: unknown, isOver: () => boolean) {
  // A map starts the parts it has left even when it has failed, and a retry may come after the end.
  if (isOver()) throw new TerminalError('States.Runtime', 'The execution is over');
  const given = checkSize(state, input);
  if (given) throw given;
  try {
    const result = await fn.invoke(JSON.stringify(input));
    const limit = checkSize(state, result);
    if (limit) throw limit;
    return result as never;
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const { errorType, cause } = error;
    const thrown = cause instanceof Error ? cause : error;
    const trace = thrown.stack?.split('\n');
    const lambdaError = new Error(JSON.stringify({ errorType, errorMessage: thrown.message, trace }));
    lambdaError.name = errorType;
    throw lambdaError;
  }
}

/** The error of a state that takes or gives too much; undefined of one that does not. */
export function checkSize(state: string, value: unknown): TerminalError | undefined {
  if (value === undefined || Buffer.byteLength(JSON.stringify(value)) <= stateLimitBytes) return undefined;
  return new TerminalError(
    'States.DataLimitExceeded',
    `The state/task '${state}' took or returned more than ${stateLimitBytes} bytes`,
  );
}

/** Executions that have begun and not ended, by their ARN, with their input. */
type RunningExecutions = Record<string, string>;

/** Remembers what ran when the process ended, so that the next one can carry on as Step Functions would. */
export type ExecutionJournal = {
  running(): Readonly<RunningExecutions>;
  recordStart(executionArn: string, input: string): void;
  recordEnd(executionArn: string): void;
};

/** Opens the journal of the executions of all state machines. @param file JSON, made with the first execution */
export function openJournal(file: string): ExecutionJournal {
  const running = readJson<RunningExecutions>(file) ?? {};
  return {
    running: () => ({ ...running }),
    recordStart: (executionArn, input) => {
      running[executionArn] = input;
      writeJson(file, running);
    },
    recordEnd: (executionArn) => {
      delete running[executionArn];
      writeJson(file, running);
    },
  };
}
