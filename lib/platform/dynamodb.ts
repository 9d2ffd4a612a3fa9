import {
  type AttributeValue,
  DynamoDBClient,
  type DynamoDBClientConfig,
  paginateQuery,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Env } from './env.ts';

const ATTEMPTS = 4;

/**
 * Without a way to say `info` and `error`, the SDK does not make a censored copy of every answer to log it. For its own
 * silent logger it does, which is a tenth of what a Query costs.
 */
export const logger = { trace() {}, debug() {}, warn() {} } as unknown as NonNullable<
  DynamoDBClientConfig['logger']
>;

/** A DynamoDB client; `DYNAMODB_ENDPOINT` names another engine than AWS's. */
export function dynamoDb(env: Env): DynamoDBClient {
  const endpoint = env['DYNAMODB_ENDPOINT'];
  return new DynamoDBClient({ maxAttempts: ATTEMPTS, logger, ...(endpoint ? { endpoint } : {}) });
}

/** DynamoDB's typed attribute; the one type of the SDK that pure files may name. */
export type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** All items that a query finds, whatever the pages. @throws what the SDK throws */
export async function queryAll(
  client: DynamoDBClient,
  query: QueryCommandInput,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query)) items.push(...Items);
  return items;
}
