import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { startDynoxide } from '#infra/local/engines/dynoxide.ts';
import { hasFreeMemory } from '#infra/local/engines/engine-database.ts';

/** Any region and credentials do for the engines; tests use these. */
export const testCredentials = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** Physical names of the four tables, as `createTables` made them. */
export type TestTables = { events: string; members: string; rewards: string; control: string };

/**
 * A real DynamoDB engine: dynoxide on a free port with a database that is dropped at the end, or whatever `DYNAMODB_ENDPOINT` names
 * (Amazon's DynamoDB Local, for example), which `stop` then leaves alone.
 */
export async function startEngine(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const other = process.env['DYNAMODB_ENDPOINT'];
  if (other) return { endpoint: other, stop: async () => {} };
  const dir = await mkdtemp(join(hasFreeMemory() ? '/dev/shm' : tmpdir(), 'zhiqun-test-'));
  const engine = await startDynoxide(join(dir, 'engine.sqlite'));
  return {
    endpoint: engine.endpoint,
    stop: async () => {
      await engine.stop();
      await rm(dir, { recursive: true });
    },
  };
}

/** A client of the engine, with credentials that it accepts. */
export function createClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, ...testCredentials });
}

/**
 * Creates the four tables (keys, stream and TTL as in the template) under names nobody else uses.
 * @param prefix starts every name; a random one if left out
 */
export async function createTables(
  client: DynamoDBClient,
  prefix = `test-${randomUUID().slice(0, 8)}`,
): Promise<TestTables> {
  const tables = {
    events: `${prefix}-events`,
    members: `${prefix}-members`,
    rewards: `${prefix}-rewards`,
    control: `${prefix}-control`,
  };
  await createTable(client, tables.events, 'userId', { stream: true, ttl: true });
  await createTable(client, tables.members, 'userId', {});
  await createTable(client, tables.rewards, 'userId', {});
  await createTable(client, tables.control, 'pk', { ttl: true });
  return tables;
}

async function createTable(
  client: DynamoDBClient,
  name: string,
  hashKey: string,
  options: { stream?: boolean; ttl?: boolean },
) {
  const made = await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: hashKey, AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: hashKey, KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      ...(options.stream && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    }),
  );
  if (made.TableDescription?.TableStatus !== 'ACTIVE') {
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: name });
  }
  if (!options.ttl) return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
    }),
  );
}
