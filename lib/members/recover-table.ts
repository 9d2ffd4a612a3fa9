import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { toStoreError } from '#lib/platform/errors.ts';
import { backoff } from '#lib/platform/retry.ts';
import { countingRulesFromEnv } from './contribution.ts';
import { createCountingDeps } from './counting-table.ts';
import { countingFailures } from './failures-queue.ts';
import type { RecoverDeps, StreamSpan } from './recover.ts';
import { markUncounted } from './uncounted-table.ts';

/** What making good works with, over the real tables, stream and queue. @throws Error naming the variable that is missing */
export function createRecoverDeps(
  env: Env,
): Pick<RecoverDeps, 'counting' | 'partitionsIn' | 'markUncounted' | 'requestRecount'> {
  const client = dynamoDb(env);
  const stream = createLogStream(env);
  const control = required(env, 'CONTROL_TABLE');
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  return {
    counting: createCountingDeps(client, tables, countingRulesFromEnv(env), Date.now),
    partitionsIn: (span) => findPartitions(stream, span),
    markUncounted: (ids, reason) => markUncounted(client, control, ids, reason, Date.now()),
    requestRecount: countingFailures(env).requestRecount,
  };
}

/** A shard has two readers at most at a time, and counting is one: the other is refused now and then. */
const MAX_ATTEMPTS = 8;
const MAX_EMPTY_PAGES = 10;
const GONE_ERRORS = new Set(['TrimmedDataAccessException', 'ResourceNotFoundException']);

type StreamPage = Pick<GetRecordsCommandOutput, 'Records' | 'NextShardIterator'>;

/** The stream of the log; `DYNAMODB_ENDPOINT` names another engine than AWS's. */
function createLogStream(env: Env): DynamoDBStreamsClient {
  const endpoint = env['DYNAMODB_ENDPOINT'];
  return new DynamoDBStreamsClient({ maxAttempts: MAX_ATTEMPTS, ...(endpoint ? { endpoint } : {}) });
}

/**
 * The partitions of the log that some records are about: members' ids, and `anon:` ones.
 * @throws Error when the stream does not hold them any more; StoreError when it cannot be read now
 */
async function findPartitions(client: DynamoDBStreamsClient, span: StreamSpan): Promise<string[]> {
  const [from, to] = [BigInt(span.from), BigInt(span.to)];
  const partitions = new Set<string>();
  const seen = new Set<bigint>();
  let emptyPages = 0;
  for await (const { Records = [] } of readPages(client, span)) {
    const numbers = Records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
    for (const [i, number] of numbers.entries()) {
      const userId = Records[i]?.dynamodb?.Keys?.['userId']?.S;
      if (number <= to && userId !== undefined) partitions.add(userId);
      seen.add(number);
    }
    if (numbers.some((number) => number >= to)) break;
    emptyPages = numbers.length > 0 ? 0 : emptyPages + 1;
    if (emptyPages > MAX_EMPTY_PAGES) break;
    if (emptyPages > 0) await backoff(emptyPages);
  }
  if (!seen.has(from) || !seen.has(to)) throw recordsGone(span);
  return [...partitions];
}

/** The pages of a shard from the first record on; none when the shard or the record is gone. */
async function* readPages(
  client: DynamoDBStreamsClient,
  { streamArn: StreamArn, shardId: ShardId, from: SequenceNumber }: StreamSpan,
): AsyncGenerator<StreamPage> {
  const at = { StreamArn, ShardId, SequenceNumber, ShardIteratorType: 'AT_SEQUENCE_NUMBER' } as const;
  try {
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(at));
    while (ShardIterator) {
      const page: StreamPage = await client.send(new GetRecordsCommand({ ShardIterator }));
      yield page;
      ShardIterator = page.NextShardIterator;
    }
  } catch (cause) {
    if (cause instanceof Error && GONE_ERRORS.has(cause.name)) return;
    throw toStoreError('read the stream of the log', cause);
  }
}

const recordsGone = ({ shardId, from, to }: StreamSpan): Error =>
  new Error(
    `records of shard ${shardId} from ${from} to ${to} are gone from the stream: rebuild all members with npm run recount`,
  );
