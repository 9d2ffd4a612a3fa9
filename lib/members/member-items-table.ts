import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Item } from '#lib/tracking/stored-event.ts';

/** The items of a member between two sort keys, both included. */
export async function memberItems(
  client: DynamoDBClient,
  table: string,
  userId: string,
  { from, to }: { from: string; to: string },
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'userId = :user AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':user': { S: userId }, ':from': { S: from }, ':to': { S: to } },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
