import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Env, required } from '#lib/platform/env.ts';
import type { StreamRecord } from './log-change.ts';

/** The dead-letter queue of counting. Messages hold where a record is, not what a member did. */
export interface CountingFailures {
  /** takes a record that can never be counted */
  deadLetter(record: StreamRecord, reason: string): Promise<void>;
  /** asks for a rebuild of a member, whatever has become of the stream */
  requestRecount(userId: string, reason: string): Promise<void>;
}

/** @throws Error naming the variable that is missing */
export function countingFailures(env: Env): CountingFailures {
  const QueueUrl = required(env, 'COUNTING_FAILURES_QUEUE_URL');
  const endpoint = env['SQS_ENDPOINT'];
  const client = new SQSClient(endpoint ? { endpoint } : {});
  const send = async (message: object): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  };
  return {
    async deadLetter({ eventName, dynamodb }, reason) {
      const keys = (dynamodb as { Keys?: unknown } | undefined)?.Keys;
      await send({ kind: 'uncountable-record', reason, eventName, keys, seq: dynamodb?.SequenceNumber });
    },
    requestRecount: (userId, reason) =>
      send({ kind: 'uncounted-member', reason, keys: { userId: { S: userId } } }),
  };
}
