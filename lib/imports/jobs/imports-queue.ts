import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Env, required } from '#lib/platform/env.ts';

const VISIBILITY_SECONDS = 60;
const HEARTBEAT_MS = 20_000;

/** The imports queue as the function that consumes it uses it. */
export interface ImportsQueue {
  /** lets another run go on with an import */
  handOver(importId: string): Promise<void>;
  /**
   * Works on a message. It stays hidden from others for a minute at a time, so that the work of a function that died is
   * taken up soon, however long the queue would hide it.
   */
  withHeartbeat<T>(receiptHandle: string, work: () => Promise<T>): Promise<T>;
}

export function importsQueue(env: Env): ImportsQueue {
  const QueueUrl = required(env, 'IMPORTS_QUEUE_URL');
  const endpoint = env['SQS_ENDPOINT'];
  const client = new SQSClient(endpoint ? { endpoint } : {});
  const hide = (ReceiptHandle: string): Promise<unknown> =>
    client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: VISIBILITY_SECONDS }),
    );
  return {
    async handOver(importId) {
      const MessageBody = JSON.stringify({ importId, continue: true });
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    async withHeartbeat(receiptHandle, work) {
      await hide(receiptHandle);
      // A heartbeat that fails costs no more than a second run beside this one, which changes no sum.
      const heartbeat = setInterval(() => void hide(receiptHandle).catch(() => {}), HEARTBEAT_MS);
      try {
        return await work();
      } finally {
        clearInterval(heartbeat);
      }
    },
  };
}
