import { randomUUID } from 'node:crypto';
import type { StreamRecord } from './record.ts';

/** How an event source mapping treats failures; names as in the template. */
export type FailurePolicy = {
  reportsItemFailures: boolean;
  bisectsOnError: boolean;
  /** Retries after the first attempt; -1 for no limit. */
  maxRetries: number;
  /** Retrying ends when a batch's first record is older than this; -1 for no limit. */
  maxRecordAgeSeconds: number;
};

type GiveUpCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export type Delivery<R> = FailurePolicy & {
  /** Calls the function. Throws if the function did. */
  invoke(records: readonly R[]): Promise<unknown>;
  /** These records are dealt with for good. */
  done(records: readonly R[]): void;
  /** Takes records that were tried `attempts` times in vain. */
  giveUp(records: readonly R[], condition: GiveUpCondition, attempts: number, error: unknown): Promise<void>;
  onRetry(error: unknown, records: readonly R[], attempt: number): void;
  /** Waits before the n-th retry. Throws to end the delivery, for instance because the poller stops. */
  backOff(attempt: number): Promise<void>;
  now(): number;
};

/**
 * Delivers a batch as Lambda's stream poller does, in order, until every record is done or given up:
 * - an answer with `batchItemFailures` (if the mapping reports them) confirms what comes before the lowest failed
 *   sequence number; that one and everything after it comes again;
 * - an error sends the batch again, in two halves if the mapping bisects, which does not count as a retry.
 */
export async function deliver<R extends Pick<StreamRecord, 'sequenceNumber' | 'changedAt'>>(
  records: readonly R[],
  delivery: Delivery<R>,
): Promise<void> {
  let rest = records;
  for (let failures = 0; rest.length > 0; ) {
    const { confirmed, error } = await attempt(rest, delivery);
    delivery.done(rest.slice(0, confirmed));
    rest = rest.slice(confirmed);
    if (rest.length === 0) return;

    failures = confirmed > 0 ? 1 : failures + 1; // whoever gets on has not been retrying in vain
    delivery.onRetry(error, rest, failures);
    const threw = !(error instanceof ItemFailures);
    if (threw && delivery.bisectsOnError && rest.length > 1) {
      await delivery.backOff(1);
      const middle = Math.ceil(rest.length / 2);
      await deliver(rest.slice(0, middle), delivery);
      await deliver(rest.slice(middle), delivery);
      return;
    }
    const condition = findGiveUpCondition(rest, failures, delivery);
    if (condition) {
      await delivery.giveUp(rest, condition, failures, error);
      delivery.done(rest);
      return;
    }
    await delivery.backOff(failures);
  }
}

/** The function answered that it could not handle some records. */
export class ItemFailures extends Error {}

type Outcome = { confirmed: number; error?: unknown };

async function attempt<R extends Pick<StreamRecord, 'sequenceNumber'>>(
  records: readonly R[],
  delivery: Delivery<R>,
): Promise<Outcome> {
  let answer: unknown;
  try {
    answer = await delivery.invoke(records);
  } catch (error) {
    return { confirmed: 0, error };
  }
  if (!delivery.reportsItemFailures) return { confirmed: records.length };
  return parseOutcome(records, answer);
}

/** Nothing reported is success; something unreadable or unknown reported is failure of the whole batch. */
function parseOutcome<R extends Pick<StreamRecord, 'sequenceNumber'>>(
  records: readonly R[],
  answer: unknown,
): Outcome {
  const reported = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(reported))
    return { confirmed: 0, error: new ItemFailures('batchItemFailures is not a list') };
  if (reported.length === 0) return { confirmed: records.length };
  let lowest = records.length;
  for (const item of reported) {
    const identifier = (item as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    const index = records.findIndex(({ sequenceNumber }) => sequenceNumber === identifier);
    if (index < 0) {
      const what = `it reported ${JSON.stringify(item)}, which names no record of the batch`;
      return { confirmed: 0, error: new ItemFailures(what) };
    }
    lowest = Math.min(lowest, index);
  }
  const what = `it could not handle ${reported.length} record(s), the first is ${records[lowest]?.sequenceNumber}`;
  return { confirmed: lowest, error: new ItemFailures(what) };
}

function findGiveUpCondition<R extends Pick<StreamRecord, 'changedAt'>>(
  records: readonly R[],
  failures: number,
  { maxRetries, maxRecordAgeSeconds, now }: Delivery<R>,
): GiveUpCondition | undefined {
  if (maxRetries >= 0 && failures > maxRetries) return 'RetryAttemptsExhausted';
  // Lambda also drops old records it never tried; here a machine that slept over the limit loses nothing.
  const ageMs = now() - (records[0]?.changedAt ?? now());
  return maxRecordAgeSeconds >= 0 && ageMs > maxRecordAgeSeconds * 1_000 ? 'RecordAgeExceeded' : undefined;
}

/** What Lambda sends to a mapping's failure destination: where the records are, not the records. */
export function buildFailureMessage(
  records: readonly StreamRecord[],
  about: {
    condition: GiveUpCondition;
    attempts: number;
    functionArn: string;
    streamArn: string;
    shardId: string;
    now: Date;
    threw: boolean;
  },
): string {
  const [first, last] = [records[0], records.at(-1)];
  const time = (record: StreamRecord | undefined) => new Date(record?.changedAt ?? 0).toISOString();
  return JSON.stringify({
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${about.functionArn}:$LATEST`,
      condition: about.condition,
      approximateInvokeCount: about.attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: about.threw ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: about.now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: about.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: time(first),
      approximateArrivalOfLastRecord: time(last),
      batchSize: records.length,
      streamArn: about.streamArn,
    },
  });
}
