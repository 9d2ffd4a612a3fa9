import { type Env, required } from './env.ts';
import { toStoreError } from './errors.ts';

/** Executions of one state machine, by name. All methods throw StoreError. */
export interface Executions {
  /** @param input becomes the execution's input as JSON */
  start(name: string, input: object): Promise<void>;
  /** false also when there is no such execution */
  isRunning(name: string): Promise<boolean>;
}

const ATTEMPTS = 3;
const TIMEOUT_MS = 8_000;

/**
 * The executions of the state machine that a variable names (`STATES_ENDPOINT`: another address than AWS's own).
 * Its client is loaded with the first call: what never starts one does not pay for it.
 */
export function executions(env: Env, variable: 'NIGHT_ARN' | 'RECOUNT_ARN'): Executions {
  const stateMachineArn = required(env, variable);
  const endpoint = env['STATES_ENDPOINT'];

  async function withClient<T>(
    what: string,
    work: (
      states: typeof import('./sdk/step-functions-client.ts'),
      client: import('./sdk/step-functions-client.ts').SFNClient,
    ) => T,
  ): Promise<Awaited<T>> {
    try {
      const states = await import('./sdk/step-functions-client.ts');
      const client = new states.SFNClient({ maxAttempts: ATTEMPTS, ...(endpoint && { endpoint }) });
      try {
        return await work(states, client);
      } finally {
        client.destroy();
      }
    } catch (cause) {
      throw toStoreError(what, cause);
    }
  }

  return {
    start: (name, input) =>
      withClient('start the state machine', async ({ StartExecutionCommand }, client) => {
        const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
        await client.send(start, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
      }),

    isRunning: (name) =>
      withClient('ask for an execution', async ({ DescribeExecutionCommand }, client) => {
        const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
        try {
          const { status } = await client.send(new DescribeExecutionCommand({ executionArn }), {
            abortSignal: AbortSignal.timeout(TIMEOUT_MS),
          });
          return status === 'RUNNING' || status === 'PENDING_REDRIVE';
        } catch (cause) {
          if ((cause as Error).name === 'ExecutionDoesNotExist') return false;
          throw cause;
        }
      }),
  };
}
