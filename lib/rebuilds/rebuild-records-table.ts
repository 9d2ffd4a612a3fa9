import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '#lib/platform/attributes.ts';
import { toStoreError } from '#lib/platform/store-error.ts';
import { type PartRecord, parsePartItem, partsKey } from './part-record.ts';
import {
  type Ending,
  parseRebuildItem,
  type RebuildRecord,
  rebuildKey,
  toRebuildItem,
} from './rebuild-record.ts';

/** The records of jobs. All methods throw StoreError. */
export interface RebuildRecords {
  create(record: RebuildRecord): Promise<void>;
  find(recountId: string): Promise<RebuildRecord | undefined>;
  /** newest first */
  all(): Promise<RebuildRecord[]>;
  /** what is known of the parts; those that nobody has begun are missing */
  parts(recountId: string): Promise<PartRecord[]>;
  /** Another execution works on the job from now on. */
  resume(recountId: string, execution: string): Promise<void>;
  /** Says how the job ended, unless another execution works on it since. */
  end(record: RebuildRecord, ending: Ending): Promise<void>;
}

export const TTL_SECONDS = 100 * 86_400;

/** @param now milliseconds since 1970 */
export function rebuildRecords(client: DynamoDBClient, table: string, now: () => number): RebuildRecords {
  async function itemsOf(pk: string): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page: QueryCommandOutput = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  return {
    create: (record) =>
      withStoreError('write the record of a recount', async () => {
        const expiresAt = { N: String(Math.floor(now() / 1_000) + TTL_SECONDS) };
        await client.send(
          new PutItemCommand({ TableName: table, Item: { ...toRebuildItem(record), expiresAt } }),
        );
      }),

    find: (recountId) =>
      withStoreError('read the record of a recount', async () => {
        const get = { TableName: table, Key: rebuildKey(recountId), ConsistentRead: true };
        const { Item } = await client.send(new GetItemCommand(get));
        return Item && parseRebuildItem(Item);
      }),

    all: () =>
      withStoreError('list recounts', async () => {
        const records = (await itemsOf('recount')).map(parseRebuildItem);
        return records.sort((a, b) => b.startedAt - a.startedAt || (a.recountId < b.recountId ? 1 : -1));
      }),

    parts: (recountId) =>
      withStoreError('read the parts of a recount', async () =>
        (await itemsOf(partsKey(recountId))).map(parsePartItem),
      ),

    resume: (recountId, execution) =>
      withStoreError('resume a recount', async () => {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: rebuildKey(recountId),
            UpdateExpression: 'SET execution = :execution, begunAt = :now REMOVE ending',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':execution': { S: execution }, ':now': { N: String(now()) } },
          }),
        );
      }),

    end: ({ recountId, execution }, ending) =>
      withStoreError('write how a recount ended', async () => {
        try {
          await client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: rebuildKey(recountId),
              UpdateExpression: 'SET ending = :ending',
              ConditionExpression: 'execution = :execution',
              ExpressionAttributeValues: {
                ':ending': { S: JSON.stringify(ending) },
                ':execution': { S: execution },
              },
            }),
          );
        } catch (cause) {
          if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
        }
      }),
  };
}

async function withStoreError<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toStoreError(what, cause);
  }
}
