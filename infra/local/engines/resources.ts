import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Properties of AWS::DynamoDB::Table that matter here; backups, encryption and protection do not. */
export type TableProperties = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'
> & {
  StreamSpecification?: { StreamViewType: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' };
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean };
};

/**
 * Creates the table unless it is there already.
 * @returns its stream's ARN, if it has one
 * @throws Error if a table of this name has other keys
 */
export async function ensureTable(
  client: DynamoDBClient,
  name: string,
  wanted: TableProperties,
): Promise<string | undefined> {
  const table = (await describe(client, name)) ?? (await create(client, name, wanted));
  if (keys(table.KeySchema) !== keys(wanted.KeySchema)) {
    throw new Error(
      `The table ${name} has the keys ${keys(table.KeySchema)}, the template wants ${keys(wanted.KeySchema)}.\n` +
        '  Local data does not migrate: start with --fresh to drop it, or with another --data-dir.',
    );
  }
  if (wanted.StreamSpecification && !table.LatestStreamArn)
    throw new Error(`The table ${name} was made without a stream. Start with --fresh to make it again`);
  await ensureTimeToLive(client, name, wanted.TimeToLiveSpecification);
  return table.LatestStreamArn;
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(
  client: DynamoDBClient,
  name: string,
  wanted: TableProperties,
): Promise<TableDescription> {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = wanted;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions,
      KeySchema,
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
      ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
      ...(wanted.StreamSpecification && {
        StreamSpecification: { StreamEnabled: true, ...wanted.StreamSpecification },
      }),
    }),
  );
  let table = await describe(client, name);
  if (table?.TableStatus !== 'ACTIVE') {
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName: name });
    table = await describe(client, name);
  }
  return table ?? {};
}

async function ensureTimeToLive(
  client: DynamoDBClient,
  name: string,
  wanted: TableProperties['TimeToLiveSpecification'],
): Promise<void> {
  if (!wanted?.Enabled) return;
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL')) return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName: wanted.AttributeName };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

function keys(schema: KeySchemaElement[] | undefined): string {
  return (schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(' + ');
}

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

/** Creates the bucket unless it is there already. */
export async function ensureBucket(client: S3Client, name: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 404) throw error;
    await client.send(new CreateBucketCommand({ Bucket: name }));
  }
}
