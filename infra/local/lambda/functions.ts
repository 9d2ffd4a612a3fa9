import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setEnvironment } from '#infra/local/host/aws-environment.ts';
import { runAsFunction } from '#infra/local/host/terminal-output.ts';

/** Lambda's limit on what goes in and what comes out of one invocation. */
export const payloadLimitBytes = 6 * 1024 * 1024;

/** A deployed function. `invoke` takes and returns JSON values; it throws FunctionError. */
export type LocalFunction = {
  name: string;
  arn: string;
  /** @param payload JSON text of the event */
  invoke(payload: string): Promise<unknown>;
};

/** The function threw, ran out of time, or broke a limit of Lambda's. */
export class FunctionError extends Error {
  /** What the caller did wrong, as an HTTP status: 413 for a payload that is too large. */
  readonly status: 200 | 413;
  /** What Lambda calls the error towards its callers: the name of what the function threw, for example. */
  readonly errorType: string;

  constructor(message: string, options?: ErrorOptions & { status?: 413; errorType?: string }) {
    super(message, options);
    this.name = 'FunctionError';
    this.status = options?.status ?? 200;
    const { cause } = this;
    this.errorType = options?.errorType ?? (cause instanceof Error ? cause.name : 'Error');
  }
}

export type FunctionProperties = {
  Handler: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, unknown> };
};

type Context = {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  callbackWaitsForEmptyEventLoop: boolean;
  logGroupName: string;
  logStreamName: string;
  getRemainingTimeInMillis(): number;
};
type Handler = (event: unknown, context: Context) => unknown;

let instances = 0;
let loading: Promise<unknown> = Promise.resolve();

/**
 * Imports a function's bundle as a module instance of its own, with its own environment while it loads.
 * @param dir the asset that the template names as the function's code
 * @param environment comes on top of the template's variables
 * @throws Error if the bundle is missing, fails to load or does not export its handler
 */
export async function loadFunction(
  name: string,
  arn: string,
  dir: string,
  properties: FunctionProperties,
  environment: Record<string, string>,
): Promise<LocalFunction> {
  const { Handler: entry, Timeout: timeoutSeconds = 3, MemorySize = 128 } = properties;
  const dot = entry.lastIndexOf('.');
  const file = [`${entry.slice(0, dot)}.mjs`, `${entry.slice(0, dot)}.js`].find((one) =>
    existsSync(join(dir, one)),
  );
  if (!file) throw new Error(`Function ${name}: its handler is ${entry}, but ${dir} holds no such module`);

  const variables = {
    ...toStrings(properties.Environment?.Variables),
    ...environment,
    AWS_LAMBDA_FUNCTION_NAME: name,
  };
  instances += 1;
  const url = `${pathToFileURL(join(dir, file)).href}?instance=${instances}`;
  const load = loading.then(() =>
    withEnvironment(variables, () => import(url) as Promise<Record<string, unknown>>),
  );
  loading = load.catch(() => {});
  const module = await load.catch((cause) => {
    throw new Error(`Function ${name} fails to load: ${cause?.message ?? cause}`, { cause });
  });
  const handler = module[entry.slice(dot + 1)];
  if (typeof handler !== 'function')
    throw new Error(`Function ${name}: ${file} exports no ${entry.slice(dot + 1)}`);

  return {
    name,
    arn,
    invoke: async (payload) => {
      if (Buffer.byteLength(payload) > payloadLimitBytes)
        throw new FunctionError(`${name}: the event is over 6 MB`, { status: 413 });
      const awsRequestId = randomUUID();
      const deadline = Date.now() + timeoutSeconds * 1_000;
      const context: Context = {
        awsRequestId,
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: arn,
        memoryLimitInMB: String(MemorySize),
        callbackWaitsForEmptyEventLoop: true,
        logGroupName: `/aws/lambda/${name}`,
        logStreamName: 'local',
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      };
      const run = async () => (handler as Handler)(JSON.parse(payload), context);
      const result = await withTimeout(runAsFunction(name, run), name, timeoutSeconds);
      const text = JSON.stringify(result) ?? 'null';
      if (Buffer.byteLength(text) > payloadLimitBytes)
        throw new FunctionError(`${name}: the answer is over 6 MB`, {
          errorType: 'Function.ResponseSizeTooLarge',
        });
      return JSON.parse(text) as unknown;
    },
  };
}

async function withTimeout(running: Promise<unknown>, name: string, seconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    // Lambda would kill the instance; here the function runs on, unheard.
    const late = () =>
      reject(
        new FunctionError(`${name} timed out after ${seconds} seconds`, { errorType: 'Sandbox.Timedout' }),
      );
    timer = setTimeout(late, seconds * 1_000);
  });
  try {
    return await Promise.race([running, timeout]);
  } catch (cause) {
    if (cause instanceof FunctionError) throw cause;
    throw new FunctionError(`${name} threw ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Functions read their environment while they load, so one loads at a time, and the rest of us gets ours back. */
async function withEnvironment<T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const restore = setEnvironment(variables);
  try {
    return await run();
  } finally {
    restore();
  }
}

function toStrings(variables: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]));
}
