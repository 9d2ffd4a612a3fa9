import { stateLimitBytes } from './state-task.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

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

/** The stack of an error that Lambda told of, or the cause as it is. */
function formatCause(cause: string): string {
  try {
    const { errorMessage, trace } = JSON.parse(cause) as { errorMessage?: string; trace?: string[] };
    return trace?.join('\n') ?? errorMessage ?? cause;
  } catch {
    return cause;
  }
}
