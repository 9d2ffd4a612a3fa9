import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Env, required } from '#lib/platform/env.ts';
import type { StreamRecord } from './changes.ts';

/**
 * Puts records that can never be counted into the failures queue, where an alarm sees them. The message holds
 * where the record is, not what a member did.
 */
export function failuresQueue(env: Env): (record: StreamRecord, reason: string) => Promise<void> {
  const QueueUrl = required(env, 'FAILURES_QUEUE_URL');
  const endpoint = env['SQS_ENDPOINT'];
  const client = new SQSClient(endpoint ? { endpoint } : {});
  return async ({ eventName, dynamodb }, reason) => {
    const keys = (dynamodb as { Keys?: unknown } | undefined)?.Keys;
    const message = { kind: 'uncountable-record', reason, eventName, keys, seq: dynamodb?.SequenceNumber };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  };
}
