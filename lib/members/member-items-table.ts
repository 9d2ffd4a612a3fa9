import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '#lib/events/stored-event.ts';
import { toStoreError } from '#lib/platform/errors.ts';

/** Which items, and how to read them. */
interface MemberItemsRange {
  /** sort keys, both included */
  from: string;
  to: string;
  /** false: at half the price, what was written in the last moments may be missing */
  consistent?: boolean;
  /** when to give up */
  signal?: AbortSignal;
}

/** The items of a member between two sort keys. */
export async function queryMemberItems(
  client: DynamoDBClient,
  table: string,
  userId: string,
  { from, to, consistent = true, signal }: MemberItemsRange,
): Promise<Item[]> {
  let items: Item[] | undefined;
  let start: Item | undefined;
  do {
    const query = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'userId = :user AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':user': { S: userId }, ':from': { S: from }, ':to': { S: to } },
      ConsistentRead: consistent,
      ExclusiveStartKey: start,
    });
    const page: QueryCommandOutput = await client.send(query, signal && { abortSignal: signal });
    items = items === undefined ? (page.Items ?? []) : items.concat(page.Items ?? []);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** Whether anything is known of anybody yet; asked until it is, then never again. @throws StoreError */
export function hasAnyMember(client: DynamoDBClient, table: string): () => Promise<boolean> {
  let known = false;
  return async () => {
    if (known) return true;
    try {
      const { Items } = await client.send(new ScanCommand({ TableName: table, Limit: 1 }));
      known = (Items?.length ?? 0) > 0;
      return known;
    } catch (cause) {
      throw toStoreError('look for a first member', cause);
    }
  };
}
