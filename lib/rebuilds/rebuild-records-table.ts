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
import { storeError } from '#lib/platform/store-error.ts';
import { type PartRecord, partsKey, readPartItem } from './part-record.ts';
import {
  type Ending,
  type RecountRecord,
  readRecountItem,
  recountItem,
  recountKey,
} from './rebuild-record.ts';

/** The records of jobs. All methods throw StoreError. */
export interface RecountRecords {
  create(record: RecountRecord): Promise<void>;
  find(recountId: string): Promise<RecountRecord | undefined>;
  /** newest first */
  all(): Promise<RecountRecord[]>;
  /** what is known of the parts; those that nobody has begun are missing */
  parts(recountId: string): Promise<PartRecord[]>;
  /** Another execution works on the job from now on. */
  resume(recountId: string, execution: string): Promise<void>;
  /** Says how the job ended, unless another execution works on it since. */
  end(record: RecountRecord, ending: Ending): Promise<void>;
}

export const KEPT_SECONDS = 100 * 86_400;

/** @param now milliseconds since 1970 */
export function recountRecords(client: DynamoDBClient, table: string, now: () => number): RecountRecords {
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
      reported('write the record of a recount', async () => {
        const expiresAt = { N: String(Math.floor(now() / 1_000) + KEPT_SECONDS) };
        await client.send(
          new PutItemCommand({ TableName: table, Item: { ...recountItem(record), expiresAt } }),
        );
      }),

    find: (recountId) =>
      reported('read the record of a recount', async () => {
        const get = { TableName: table, Key: recountKey(recountId), ConsistentRead: true };
        const { Item } = await client.send(new GetItemCommand(get));
        return Item && readRecountItem(Item);
      }),

    all: () =>
      reported('list recounts', async () => {
        const records = (await itemsOf('recount')).map(readRecountItem);
        return records.sort((a, b) => b.startedAt - a.startedAt || (a.recountId < b.recountId ? 1 : -1));
      }),

    parts: (recountId) =>
      reported('read the parts of a recount', async () =>
        (await itemsOf(partsKey(recountId))).map(readPartItem),
      ),

    resume: (recountId, execution) =>
      reported('resume a recount', async () => {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: recountKey(recountId),
            UpdateExpression: 'SET execution = :execution, begunAt = :now REMOVE ending',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':execution': { S: execution }, ':now': { N: String(now()) } },
          }),
        );
      }),

    end: ({ recountId, execution }, ending) =>
      reported('write how a recount ended', async () => {
        try {
          await client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: recountKey(recountId),
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

async function reported<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storeError(what, cause);
  }
}
