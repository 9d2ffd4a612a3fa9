import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { StoreError } from '#lib/platform/errors.ts';
import { type Item, type StoredEvent, toEventItem } from './stored-event.ts';

const ITEMS_PER_CALL = 25;
const CALLS_IN_FLIGHT = 8;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 1_000;

/** How fast to write. A pace that is kept between calls adapts to what the table takes. */
export interface WritePace {
  /** calls under way at once */
  callsInFlight: () => number;
  /** called after each write with whether the table throttled some of it */
  onCallDone: (refused: boolean) => void;
}

const STEADY_PACE: WritePace = { callsInFlight: () => CALLS_IN_FLIGHT, onCallDone: () => {} };

/** Writes events to the log. `put` resolves only when DynamoDB has acknowledged every one. */
export interface EventWriter {
  /**
   * @param events with distinct keys
   * @param budgetMs how long unprocessed items are retried
   * @throws StoreError retriable: when the budget is over or DynamoDB fails; what was written stays, harmlessly
   */
  put(events: readonly StoredEvent[], budgetMs: number): Promise<void>;
}

/** The log's write side over one DynamoDB table. */
export function eventWriter(
  client: DynamoDBClient,
  table: string,
  pace: WritePace = STEADY_PACE,
): EventWriter {
  return {
    async put(events, budgetMs) {
      const giveUp = AbortSignal.timeout(budgetMs);
      let next = 0;
      const worker = async (index: number): Promise<void> => {
        while (next < events.length && index < pace.callsInFlight()) {
          const from = next;
          next += ITEMS_PER_CALL;
          const puts = events
            .slice(from, next)
            .map((stored) => ({ PutRequest: { Item: toEventItem(stored) } }));
          await writeCall(client, table, puts, giveUp, pace);
        }
      };
      while (next < events.length) {
        const calls = Math.ceil((events.length - next) / ITEMS_PER_CALL);
        const workers = Math.min(calls, pace.callsInFlight());
        await Promise.all(Array.from({ length: workers }, (_, index) => worker(index)));
      }
    },
  };
}

async function writeCall(
  client: DynamoDBClient,
  table: string,
  requests: WriteRequest[],
  giveUp: AbortSignal,
  pace: WritePace,
): Promise<void> {
  let left: WriteRequest[] = requests;
  for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS)) {
    left = (await send(client, table, left, giveUp)) ?? [];
    pace.onCallDone(left.length > 0);
    if (left.length === 0) return;
    if (giveUp.aborted) throw new StoreError('put events: the time budget is over', { retriable: true });
    await new Promise((resolve) => setTimeout(resolve, backoff * Math.random()));
  }
}

async function send(
  client: DynamoDBClient,
  table: string,
  requests: WriteRequest[],
  abortSignal: AbortSignal,
): Promise<WriteRequest[] | undefined> {
  try {
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
    const { UnprocessedItems } = await client.send(command, { abortSignal });
    return UnprocessedItems?.[table];
  } catch (cause) {
    throw new StoreError('put events', { retriable: true, cause });
  }
}

/** A stretch of one partition's keys, both ends included; all events when left out. */
export interface KeyRange {
  from?: string;
  to?: string;
  newestFirst?: boolean;
  /** items a page */
  limit?: number;
}

/** Keys of events that came without a time begin with `#`, those with one with a digit. */
export const UNTIMED: KeyRange = { from: '#', to: '$' };
export const TIMED: KeyRange = { from: '0', to: ':' };
// Rebuild markers begin with `~` and stay out.
const ALL_EVENTS = { from: '#', to: ':' };

/** The items of one partition of the log in key order, page by page, read consistently. */
export async function* queryPartition(
  client: DynamoDBClient,
  table: string,
  userId: string,
  range: KeyRange = {},
): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'userId = :user AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':user': { S: userId },
          ':from': { S: range.from ?? ALL_EVENTS.from },
          ':to': { S: range.to ?? ALL_EVENTS.to },
        },
        ConsistentRead: true,
        ScanIndexForward: range.newestFirst !== true,
        Limit: range.limit,
        ExclusiveStartKey: start,
      }),
    );
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
