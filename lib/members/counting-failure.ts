import { isObject } from '#lib/events/parse-call.ts';

/** Where records lie that counting gave up: a stretch of one shard, both ends included. */
export interface StreamSpan {
  streamArn: string;
  shardId: string;
  /** sequence numbers */
  from: string;
  to: string;
}

/** What counting gave up, and why: a record of which the member is known, or records that the stream still holds. */
export type CountingFailure = { reason: string } & ({ userId: string } | { span: StreamSpan });

/**
 * Reads a message of the counting's failures: our own, which names a key, or Lambda's, which says where in the stream the
 * records lie.
 * @throws SyntaxError when it is neither
 */
export function parseCountingFailure(body: string): CountingFailure {
  const json: unknown = JSON.parse(body);
  if (!isObject(json)) throw new SyntaxError('counting failures: the message is no JSON object');
  const { DDBStreamBatchInfo: batch, requestContext, keys, reason } = json;
  if (isObject(batch)) {
    const condition = isObject(requestContext) ? requestContext['condition'] : undefined;
    return { reason: String(condition), span: parseSpan(batch) };
  }
  const userId = (keys as { userId?: { S?: unknown } } | undefined)?.userId?.S;
  if (typeof userId !== 'string')
    throw new SyntaxError('counting failures: the message names no member and no records');
  return { reason: String(reason), userId };
}

function parseSpan(batch: Readonly<Record<string, unknown>>): StreamSpan {
  const text = (name: string): string => {
    const value = batch[name];
    if (typeof value !== 'string')
      throw new SyntaxError(`counting failures: DDBStreamBatchInfo has no ${name}`);
    return value;
  };
  return {
    streamArn: text('streamArn'),
    shardId: text('shardId'),
    from: text('startSequenceNumber'),
    to: text('endSequenceNumber'),
  };
}
