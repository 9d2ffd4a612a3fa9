import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type Delete,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { queryPartition } from '#lib/events/events-table.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { backoff } from '#lib/platform/retry.ts';
import type { CountingRules } from './contribution.ts';
import type { CountingStore, ItemKey, ItemsByMember } from './counting.ts';
import { createIdentity, type IdentityStore, type Link } from './identity.ts';
import { queryMemberItems } from './member-items-table.ts';
import type { RecountDeps } from './recount-member.ts';

const KEYS_PER_CALL = 100;
const MAX_CALLS = 8;
const FIRST_BACKOFF_MS = 50;

/** Counting over the log and the members table. */
export function countingStore(
  client: DynamoDBClient,
  tables: { events: string; members: string },
): CountingStore {
  return {
    items: (keys) => readItemsByKey(client, tables.members, keys),
    itemsOf: (userId) => queryMemberItems(client, tables.members, userId, { from: '!', to: '~' }),
    events: (userId, span) => queryPartition(client, tables.events, userId, span),
    eventItems: (keys) => readItemsByKey(client, tables.events, keys),

    replace: (item, seen) =>
      isWrittenUnlessChanged(() =>
        client.send(new PutItemCommand({ TableName: tables.members, Item: item, ...unchangedSince(seen) })),
      ),

    remove(seen) {
      const Key = { userId: seen['userId']!, sk: seen['sk']! };
      return isWrittenUnlessChanged(() =>
        client.send(new DeleteItemCommand({ TableName: tables.members, Key, ...unchangedSince(seen) })),
      );
    },
  };
}

/** @returns false when the condition of a write did not hold */
async function isWrittenUnlessChanged(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** A condition that holds only while nobody else has written the item. */
function unchangedSince(seen: Item | undefined): {
  ConditionExpression: string;
  ExpressionAttributeValues?: Item;
} {
  if (seen === undefined) return { ConditionExpression: 'attribute_not_exists(userId)' };
  const { seq } = seen;
  return seq === undefined
    ? { ConditionExpression: 'attribute_exists(userId) AND attribute_not_exists(seq)' }
    : { ConditionExpression: 'seq = :seen', ExpressionAttributeValues: { ':seen': seq } };
}

/** Items of a table by their keys, read consistently. */
export async function readItemsByKey(
  client: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
): Promise<ItemsByMember> {
  const found = new Map<string, Map<string, Item>>();
  // DynamoDB refuses a call that names a key twice.
  const distinct = [...new Map(keys.map((key) => [`${key.userId}\n${key.sk}`, key])).values()];
  const calls = Array.from({ length: Math.ceil(distinct.length / KEYS_PER_CALL) }, (_, i) =>
    distinct.slice(i * KEYS_PER_CALL, (i + 1) * KEYS_PER_CALL),
  );
  await Promise.all(
    calls.map(async (some) => {
      for (const item of await readBatch(client, table, some)) {
        const userId = item['userId']?.S ?? '';
        const ofMember = found.get(userId) ?? new Map<string, Item>();
        found.set(userId, ofMember.set(item['sk']?.S ?? '', item));
      }
    }),
  );
  return found;
}

async function readBatch(client: DynamoDBClient, table: string, keys: readonly ItemKey[]): Promise<Item[]> {
  const items: Item[] = [];
  let left: Item[] | undefined = keys.map(({ userId, sk }) => ({ userId: { S: userId }, sk: { S: sk } }));
  for (let call = 1; left !== undefined && left.length > 0; call += 1) {
    if (call > MAX_CALLS)
      throw new StoreError('read items: the table gives too few at once', { retriable: true });
    if (call > 1)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * FIRST_BACKOFF_MS * 2 ** call));
    const command: BatchGetItemCommand = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: left, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await client.send(command);
    items.push(...(Responses?.[table] ?? []));
    left = UnprocessedKeys?.[table]?.Keys;
  }
  return items;
}

/** Links in the members table (`anon:<id>`, `link`), events in the log. */
export function identityStore(
  client: DynamoDBClient,
  tables: { events: string; members: string },
): IdentityStore {
  const linkKey = (partition: string) => ({ userId: { S: partition }, sk: { S: 'link' } });

  const readLink = async (partition: string): Promise<Link | undefined> => {
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: tables.members, Key: linkKey(partition), ConsistentRead: true }),
    );
    const userId = item?.['to']?.S;
    return userId === undefined ? undefined : { userId, moved: item?.['moved']?.BOOL === true };
  };

  return {
    readLink,

    async createLink(partition, userId) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tables.members,
            Item: { ...linkKey(partition), to: { S: userId } },
            ConditionExpression: 'attribute_not_exists(userId)',
          }),
        );
        return { userId, moved: false };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await readLink(partition)) ?? { userId, moved: false };
      }
    },

    async markMoved(partition) {
      await client.send(
        new UpdateItemCommand({
          TableName: tables.members,
          Key: linkKey(partition),
          UpdateExpression: 'SET moved = :true',
          ExpressionAttributeValues: { ':true': { BOOL: true } },
        }),
      );
    },

    eventPages: (partition) => queryPartition(client, tables.events, partition),

    async moveEvent(item, userId) {
      const { userId: from, sk } = item;
      if (from === undefined || sk === undefined) return;
      // What the member has under this key and was received later is a correction, and stands.
      const put = {
        TableName: tables.events,
        Item: { ...item, userId: { S: userId } },
        ConditionExpression: 'attribute_not_exists(userId) OR receivedAt <= :received',
        ExpressionAttributeValues: { ':received': item['receivedAt'] ?? { S: '' } },
      };
      const remove = { TableName: tables.events, Key: { userId: from, sk }, ...unchangedSinceRead(item) };
      try {
        await client.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, { Delete: remove }] }),
        );
      } catch (error) {
        const [overPut, overRemove] = failedConditions(error);
        if (overPut && !overRemove)
          await isWrittenUnlessChanged(() => client.send(new DeleteItemCommand(remove)));
        else if (!overPut && !overRemove) throw error;
      }
    },
  };
}

/** Holds while the event has not been corrected or moved; then its own stream record sees to it. */
function unchangedSinceRead(item: Item): Pick<Delete, 'ConditionExpression' | 'ExpressionAttributeValues'> & {
  ExpressionAttributeNames: Record<string, string>;
} {
  const attributes = Object.entries(item).filter(([name]) => name !== 'userId' && name !== 'sk');
  return {
    ConditionExpression: attributes.map((_, index) => `#${index} = :${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(attributes.map(([, value], index) => [`:${index}`, value])),
  };
}

/** Which of the two conditions of a move did not hold. */
function failedConditions(error: unknown): [put: boolean, remove: boolean] {
  const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  const failed = ({ Code }: { Code?: string | undefined } = {}): boolean => Code === 'ConditionalCheckFailed';
  return [failed(reasons[0]), failed(reasons[1])];
}

/** Counting over the real tables. @param now milliseconds since 1970 */
export const createCountingDeps = (
  client: DynamoDBClient,
  tables: { events: string; members: string },
  rules: CountingRules,
  now: () => number,
): RecountDeps => ({
  store: countingStore(client, tables),
  identity: createIdentity(identityStore(client, tables)),
  rules,
  now,
  pause: backoff,
});
