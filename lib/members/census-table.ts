import {
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { isAnonymous } from '#lib/tracking/ids.ts';
import type { Item } from '#lib/tracking/stored-event.ts';
import { ACTIONS } from '#lib/tracking/taxonomy.ts';

const SEGMENTS = 4;

/**
 * Counts the community's members (those seen doing at least one action, visitors without a known id left out)
 * and writes the number to the control table, where the activity figure finds it.
 * @param asOf the date of the count
 */
export async function takeCensus(
  client: DynamoDBClient,
  tables: { members: string; control: string },
  asOf: string,
): Promise<number> {
  const segments = Array.from({ length: SEGMENTS }, (_, segment) =>
    membersIn(client, tables.members, segment),
  );
  const members = (await Promise.all(segments)).reduce((sum, count) => sum + count, 0);
  const Item = {
    pk: { S: 'community' },
    sk: { S: 'size' },
    members: { N: String(members) },
    asOf: { S: asOf },
  };
  await client.send(new PutItemCommand({ TableName: tables.control, Item }));
  return members;
}

/** A scan returns all items of a partition one after another, so remembering the last member is enough. */
async function membersIn(client: DynamoDBClient, table: string, segment: number): Promise<number> {
  let members = 0;
  let last: string | undefined;
  let start: Item | undefined;
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        Segment: segment,
        TotalSegments: SEGMENTS,
        FilterExpression: 'begins_with(sk, :day)',
        ExpressionAttributeValues: { ':day': { S: 'day#' } },
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) {
      const userId = item['userId']?.S ?? '';
      if (userId === last || isAnonymous(userId) || !ACTIONS.some((name) => Number(item[name]?.N ?? 0) > 0))
        continue;
      members += 1;
      last = userId;
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return members;
}
