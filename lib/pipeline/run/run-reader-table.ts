import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '#lib/platform/attributes.ts';
import { toStoreError } from '#lib/platform/store-error.ts';
import { type FindRun, parseRunItem, type RunRecord, runKey } from './run-record.ts';

export const findRun =
  (client: DynamoDBClient, table: string): FindRun =>
  async (runId) => {
    try {
      const get = { TableName: table, Key: runKey(runId), ConsistentRead: true };
      const { Item } = await client.send(new GetItemCommand(get));
      return Item && parseRunItem(Item);
    } catch (cause) {
      throw toStoreError('read the record of a nightly run', cause);
    }
  };

/**
 * All runs of the last hundred days, newest first. Ids have no order, so all their records are read.
 * @throws StoreError
 */
export async function allRuns(client: DynamoDBClient, table: string): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  let start: Record<string, AttributeValue> | undefined;
  try {
    do {
      const page: QueryCommandOutput = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :run',
          ExpressionAttributeValues: { ':run': { S: 'run' } },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      for (const item of page.Items ?? []) records.push(parseRunItem(item));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  } catch (cause) {
    throw toStoreError('list nightly runs', cause);
  }
  return records.sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1));
}
