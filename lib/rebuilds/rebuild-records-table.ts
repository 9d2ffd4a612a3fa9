import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { queryAll } from '#lib/platform/dynamodb.ts';
import { toStoreError, withStoreError } from '#lib/platform/errors.ts';
import {
  type Ending,
  type PartRecord,
  parsePartItem,
  parseRebuildItem,
  partKey,
  partsKey,
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

const TTL_SECONDS = 100 * 86_400;

/** @param now milliseconds since 1970 */
export function rebuildRecords(client: DynamoDBClient, table: string, now: () => number): RebuildRecords {
  const queryItems = (pk: string) =>
    queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ConsistentRead: true,
    });

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
        const records = (await queryItems('recount')).map(parseRebuildItem);
        return records.sort((a, b) => b.startedAt - a.startedAt || (a.recountId < b.recountId ? 1 : -1));
      }),

    parts: (recountId) =>
      withStoreError('read the parts of a recount', async () =>
        (await queryItems(partsKey(recountId))).map(parsePartItem),
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

/** The records of parts, as the function that works on one uses them. All methods throw StoreError. */
export interface PartRecords {
  /** Takes a part over from whichever call had it before. @returns how far that came */
  takeOver(recountId: string, part: number): Promise<PartRecord>;
  /** Says how far the part is. @throws Error when another call has taken it over meanwhile */
  save(recountId: string, part: number, record: PartRecord): Promise<void>;
}

/** @param now milliseconds since 1970 */
export function partRecords(client: DynamoDBClient, table: string, now: () => number): PartRecords {
  const heardAt = () => ({ N: String(now()) });
  return {
    async takeOver(recountId, part) {
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: partKey(recountId, part),
            UpdateExpression:
              'SET heardAt = :now, expiresAt = if_not_exists(expiresAt, :expires) ADD calls :one',
            ExpressionAttributeValues: {
              ':now': heardAt(),
              ':expires': { N: String(Math.floor(now() / 1_000) + TTL_SECONDS) },
              ':one': { N: '1' },
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return parsePartItem(Attributes ?? {});
      } catch (cause) {
        throw toStoreError('take over a part of a recount', cause);
      }
    },

    async save(recountId, part, { calls, position, totals, endedAt, fault }) {
      const values = {
        position: position && { S: JSON.stringify(position) },
        totals: { S: JSON.stringify(totals) },
        heardAt: heardAt(),
        endedAt: endedAt === undefined ? undefined : { N: String(endedAt) },
        fault: fault === undefined ? undefined : { S: fault },
      };
      const set = Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: partKey(recountId, part),
            UpdateExpression: `SET ${set.map((_, i) => `#${i} = :${i}`).join(', ')}${fault === undefined ? ' REMOVE fault' : ''}`,
            ConditionExpression: 'calls = :calls',
            ExpressionAttributeNames: Object.fromEntries(set.map(([name], i) => [`#${i}`, name])),
            ExpressionAttributeValues: {
              ...Object.fromEntries(set.map(([, value], i) => [`:${i}`, value])),
              ':calls': { N: String(calls) },
            },
          }),
        );
      } catch (cause) {
        if (cause instanceof ConditionalCheckFailedException)
          throw new Error(`Another call has taken over part ${part} of the recount ${recountId}.`, { cause });
        throw toStoreError('save how far a part of a recount is', cause);
      }
    },
  };
}
