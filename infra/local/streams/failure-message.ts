import { randomUUID } from 'node:crypto';
import type { GiveUpCondition } from './batch.ts';
import type { StreamRecord } from './record.ts';

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
