import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Properties of AWS::SQS::Queue that are passed on, and the attribute each becomes. */
const attributeNames = {
  DelaySeconds: 'DelaySeconds',
  MaximumMessageSize: 'MaximumMessageSize',
  MessageRetentionPeriod: 'MessageRetentionPeriod',
  ReceiveMessageWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
  VisibilityTimeout: 'VisibilityTimeout',
  RedrivePolicy: 'RedrivePolicy',
} as const;

export type QueueProperties = Partial<Record<keyof typeof attributeNames, unknown>> & { FifoQueue?: boolean };

/**
 * Creates the queue unless it is there already, with the attributes of the template either way.
 * @returns its URL
 */
export async function ensureQueue(client: SQSClient, name: string, wanted: QueueProperties): Promise<string> {
  if (wanted.FifoQueue) throw new Error(`Queue ${name}: the local target has no FIFO queues`);
  const attributes: Record<string, string> = {};
  for (const [property, attribute] of Object.entries(attributeNames)) {
    const value = wanted[property as keyof typeof attributeNames];
    if (value !== undefined)
      attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  const there = await findQueueUrl(client, name);
  if (there === undefined) {
    const made = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return made.QueueUrl!;
  }
  if (Object.keys(attributes).length > 0)
    await client.send(new SetQueueAttributesCommand({ QueueUrl: there, Attributes: attributes }));
  return there;
}

async function findQueueUrl(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}
