import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Env } from './env.ts';

const ATTEMPTS = 4;

/** A DynamoDB client; `DYNAMODB_ENDPOINT` names another engine than AWS's. */
export function dynamoDb(env: Env): DynamoDBClient {
  const endpoint = env['DYNAMODB_ENDPOINT'];
  return new DynamoDBClient({ maxAttempts: ATTEMPTS, ...(endpoint ? { endpoint } : {}) });
}
