import { FunctionError, type LocalFunction } from '#infra/local/lambda/functions.ts';

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
 * @throws Error named and told as Lambda does it; TerminalError for too much data, or once the execution is over
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
