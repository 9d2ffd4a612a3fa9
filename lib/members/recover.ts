import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { isObject } from '#lib/platform/json.ts';
import { type RecountDeps, recountMember } from './recount-member.ts';

export interface RecoverDeps {
  counting: RecountDeps;
  /** ids of the members (or `anon:` partitions) whose records lie in a stretch of the stream */
  partitionsIn: (span: StreamSpan) => Promise<string[]>;
  /** marks members as uncounted, so that the audit checks them whatever happens here */
  markUncounted: (ids: readonly string[], reason: string) => Promise<void>;
  /** asks for a member to be rebuilt by a message of its own */
  requestRecount: (userId: string, reason: string) => Promise<void>;
  /** whether the call must come to its end */
  isOutOfTime: () => boolean;
  /** called with every failure; what failed comes again */
  onFailure: (error: unknown) => void;
  /** called with how many members were rebuilt for a message, and how many have a message of their own now */
  onRecovered: (members: { countedAnew: number; handedOver: number }) => void;
}

/** Makes good what counting gave up. A message that fails comes again, alone. */
export async function recover({ Records }: SQSEvent, deps: RecoverDeps): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of Records) {
    try {
      await recoverOne(body, deps);
    } catch (error) {
      deps.onFailure(error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function recoverOne(body: string, deps: RecoverDeps): Promise<void> {
  const failure = parseCountingFailure(body);
  if ('userId' in failure) {
    await deps.markUncounted([failure.userId], failure.reason);
    await recountOrThrow(failure.userId, deps);
    deps.onRecovered({ countedAnew: 1, handedOver: 0 });
  } else {
    deps.onRecovered(await recoverSpan(failure.span, failure.reason, deps));
  }
}

/**
 * Rebuilds the members of records. The stream forgets the records soon, long before this message would have come
 * again often enough: so whoever cannot be counted now gets a message that needs no stream.
 */
async function recoverSpan(
  span: StreamSpan,
  reason: string,
  deps: RecoverDeps,
): Promise<{ countedAnew: number; handedOver: number }> {
  const ids = await deps.partitionsIn(span);
  await deps.markUncounted(ids, reason);
  let handedOver = 0;
  for (const id of ids) {
    if (!deps.isOutOfTime() && (await tryRecount(id, deps))) continue;
    await deps.requestRecount(id, reason);
    handedOver += 1;
  }
  return { countedAnew: ids.length - handedOver, handedOver };
}

async function tryRecount(userId: string, deps: RecoverDeps): Promise<boolean> {
  try {
    await recountOrThrow(userId, deps);
    return true;
  } catch (error) {
    deps.onFailure(error);
    return false;
  }
}

async function recountOrThrow(userId: string, { counting, isOutOfTime }: RecoverDeps): Promise<void> {
  const checkTime = (): void => {
    if (isOutOfTime()) throw new Error('rebuild a member: there is no time left in this call');
  };
  const found = await recountMember(userId, { ...counting, checkTime });
  const unreadable = found?.unreadable ?? 0;
  if (unreadable > 0)
    throw new Error(`${unreadable} item(s) of a member's log are no events: they count nothing`);
}

/** Where records lie that counting gave up: a stretch of one shard, both ends included. */
export interface StreamSpan {
  streamArn: string;
  shardId: string;
  /** sequence numbers */
  from: string;
  to: string;
}

/** What counting gave up, and why: a record of which the member is known, or records that the stream still holds. */
type CountingFailure = { reason: string } & ({ userId: string } | { span: StreamSpan });

/**
 * Reads a message of the counting's failures: our own, which names a key, or Lambda's, which says where in the stream the
 * records lie.
 * @throws SyntaxError when it is neither
 */
function parseCountingFailure(body: string): CountingFailure {
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
