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
    throw new Error(`The table ${name} was made without a stream. Start with --fresh to make it anew`);
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
