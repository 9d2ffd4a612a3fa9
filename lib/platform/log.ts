import { AsyncLocalStorage } from 'node:async_hooks';
import { redactSecrets } from './redact.ts';

type Level = 'info' | 'warn' | 'error';
export type Fields = Record<string, unknown>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

declare const ZHIQUN_VERSION: string | undefined;
/** Which code runs: the package's version and a hash of the bundle, set when it is built (infra/bundling). */
const version = typeof ZHIQUN_VERSION === 'undefined' ? 'unbundled' : ZHIQUN_VERSION;

const invocation = new AsyncLocalStorage<Fields>();

/**
 * Writes one line of JSON per message, as CloudWatch reads it, with what `withLogContext` knows of the invocation.
 * Pass ids of requests and counts of things: never keys, names or anything a member wrote. What looks like a secret
 * is blacked out all the same.
 * @param write takes a whole line
 */
export function jsonLog(write: (line: string) => void): Log {
  return (level, message, fields) => {
    const time = new Date().toISOString();
    // What says whose line it is comes last: no field of a message may stand in its place.
    const line = JSON.stringify({ level, time, message, ...fields, ...invocation.getStore(), version });
    write(`${redactSecrets(line)}\n`);
  };
}

export const log: Log = jsonLog((line) => process.stdout.write(line));

/**
 * Wraps a function's handler such that every line written for an invocation says which one: `function`, `requestId`
 * (Lambda's) and the ids of the work. An error that leaves the handler is logged once, here, and thrown on.
 * @param name of the function's bundle, e.g. `score`
 * @param idsOf ids of what an event is about, e.g. `{ runId }`; nothing else of it
 * @param to where the line about an error goes
 */
export function withLogContext<Event, Context, Result>(
  name: string,
  idsOf: (event: Event) => Fields,
  handler: (event: Event, context: Context) => Promise<Result>,
  to: Log = log,
): (event: Event, context: Context) => Promise<Result> {
  return (event, context) => {
    // Tests and benchmarks call handlers without a context.
    const { awsRequestId: requestId } = (context ?? {}) as { awsRequestId?: string };
    return invocation.run({ function: name, requestId, ...idsOf(event) }, async () => {
      try {
        return await handler(event, context);
      } catch (error) {
        to('error', 'invocation failed', errorFields(error));
        throw error;
      }
    });
  };
}

/** API Gateway's id of a request, which its access log has too. */
export const gatewayRequestId = (event: object): Fields => ({
  apiRequestId: (event as { requestContext?: { requestId?: string } }).requestContext?.requestId,
});

/** Of a step of a nightly run: the run, and which part of it where the step has parts. */
export const runIds = ({ runId, part }: { runId: string; part?: number }): Fields => ({ runId, part });

/** Of a batch of a queue or a stream, which belongs to no one run: what is about one thing says so in its own line. */
export const noIds = (): Fields => ({});

/** What may be logged of an error: its kind, message, place and cause, at most 4 causes deep. */
export function errorFields(error: unknown, depth = 0): Fields {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { httpStatusCode, requestId } =
    (error as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata ?? {};
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return {
    kind: error.name,
    // The engine quotes the text that it could not parse.
    ...(!(error instanceof SyntaxError) && { reason: error.message }),
    ...(depth === 0 && { stack: frames?.map((line) => line.trim()).slice(0, 12) }),
    ...(httpStatusCode !== undefined && { awsStatus: httpStatusCode, awsRequestId: requestId }),
    ...(error.cause !== undefined && depth < 4 && { cause: errorFields(error.cause, depth + 1) }),
  };
}
