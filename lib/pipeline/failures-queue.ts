import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Env, required } from '#lib/platform/env.ts';
import { toStoreError } from '#lib/platform/errors.ts';

/** About how many messages the failures queue holds, those being looked at included. */
export function failuresQueueLength(env: Env): () => Promise<number> {
  const QueueUrl = required(env, 'FAILURES_QUEUE_URL');
  const endpoint = env['SQS_ENDPOINT'];
  const client = new SQSClient(endpoint ? { endpoint } : {});
  const AttributeNames = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
  ] satisfies `Approximate${string}`[];
  return async () => {
    try {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
      );
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    } catch (cause) {
      throw toStoreError('ask for the length of the failures queue', cause);
    }
  };
}
