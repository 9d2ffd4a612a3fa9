type Level = 'info' | 'warn' | 'error';
export type Fields = Record<string, unknown>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

const KEY = /\b([ws]k)_[0-9A-Za-z]{8,}/g;

/**
 * Writes one line of JSON per message, as CloudWatch reads it. Pass ids of requests and counts of things:
 * never keys, names or anything a member wrote. What looks like an access key is blacked out all the same.
 * @param write takes a whole line
 */
export function jsonLog(write: (line: string) => void): Log {
  return (level, message, fields) => {
    const line = JSON.stringify({ level, time: new Date().toISOString(), message, ...fields });
    write(`${line.replace(KEY, '$1_***')}\n`);
  };
}

export const log: Log = jsonLog((line) => process.stdout.write(line));

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
