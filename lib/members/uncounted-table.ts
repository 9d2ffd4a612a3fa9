import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { withStoreError } from '#lib/platform/errors.ts';

const PARTITION = { S: 'uncounted' };
const TTL_DAYS = 30;
const CALLS_IN_FLIGHT = 10;
const MAX_MEMBERS = 10_000;

/**
 * Marks members (or `anon:` partitions) with a record that counting gave up. The marks are in the control table
 * (`pk` = `uncounted`, `sk` = the id) until the members have been checked against the log; age removes them at last.
 * @param reason why it was given up
 * @param nowMs kept as `since`; who is marked again, is so since then
 * @throws StoreError
 */
export async function markUncounted(
  client: DynamoDBClient,
  table: string,
  ids: readonly string[],
  reason: string,
  nowMs: number,
): Promise<void> {
  const expiresAt = { N: String(Math.floor(nowMs / 1000) + TTL_DAYS * 86_400) };
  const mark = { pk: PARTITION, since: { N: String(nowMs) }, reason: { S: reason }, expiresAt };
  await forEach('mark members as uncounted', ids, (id) =>
    client.send(new PutItemCommand({ TableName: table, Item: { ...mark, sk: { S: id } } })),
  );
}

/** The members that are marked, 10,000 at most; those who are over come when these are unmarked. @throws StoreError */
export async function listUncounted(client: DynamoDBClient, table: string): Promise<string[]> {
  const ids: string[] = [];
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PARTITION },
    ProjectionExpression: 'sk',
    ConsistentRead: true,
  };
  return withStoreError('read which members are uncounted', async () => {
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      ids.push(...Items.map(({ sk }) => sk?.S ?? ''));
      if (ids.length >= MAX_MEMBERS) break;
    }
    return ids.slice(0, MAX_MEMBERS);
  });
}

/** Takes the marks away from members that have been checked. @throws StoreError */
export async function unmarkUncounted(
  client: DynamoDBClient,
  table: string,
  ids: readonly string[],
): Promise<void> {
  await forEach('take marks of uncounted members away', ids, (id) =>
    client.send(new DeleteItemCommand({ TableName: table, Key: { pk: PARTITION, sk: { S: id } } })),
  );
}

async function forEach(
  what: string,
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  await withStoreError(what, () => forEachConcurrently(ids, CALLS_IN_FLIGHT, work));
}
