import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type AttributeValue, queryAll } from '#lib/platform/dynamodb.ts';
import { toStoreError, withStoreError } from '#lib/platform/errors.ts';
import { type AccessKey, ROLES, type Role } from './access-key.ts';
import { keyCache } from './key-cache.ts';
import { type KeyRing, type KeyRingDeps, keyRing } from './key-ring.ts';

type Item = Record<string, AttributeValue>;

const PARTITION = { S: 'key' };
/** A look-up is in the way of a request: rather answer 503 than wait. */
const FIND_TIMEOUT_MS = 2_000;

/**
 * Finds a key by its id (see `keyId`), revoked ones included. One consistent read.
 * @throws StoreError
 */
export async function findKey(
  client: DynamoDBClient,
  table: string,
  id: string,
): Promise<AccessKey | undefined> {
  const get = new GetItemCommand({ TableName: table, Key: keyOfId(id), ConsistentRead: true });
  try {
    const { Item } = await client.send(get, { abortSignal: AbortSignal.timeout(FIND_TIMEOUT_MS) });
    return Item && parseKeyItem(Item);
  } catch (cause) {
    throw toStoreError('look up an access key', cause);
  }
}

/**
 * Stores a new key; never overwrites one.
 * @throws StoreError, also when a key with this id is there
 */
export async function putKey(client: DynamoDBClient, table: string, key: AccessKey): Promise<void> {
  const { id, name, role, createdAt, createdBy } = key;
  const item = {
    ...keyOfId(id),
    name: { S: name },
    role: { S: role },
    createdAt: { S: createdAt },
    createdBy: { S: createdBy },
  };
  try {
    await client.send(
      new PutItemCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
  } catch (cause) {
    throw toStoreError('store an access key', cause);
  }
}

/**
 * All keys, revoked ones too, oldest first.
 * @throws StoreError
 */
export async function listKeys(client: DynamoDBClient, table: string): Promise<AccessKey[]> {
  const items = await withStoreError('list access keys', () =>
    queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :key',
      ExpressionAttributeValues: { ':key': PARTITION },
      ConsistentRead: true,
    }),
  );
  const keys = items.map(parseKeyItem).filter((key) => key !== undefined);
  return keys.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
}

/**
 * Marks a key as revoked; the first time stands when it is done again.
 * @param at ISO time
 * @returns false when there is no such key
 * @throws StoreError
 */
export async function revokeKey(
  client: DynamoDBClient,
  table: string,
  id: string,
  at: string,
): Promise<boolean> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOfId(id),
        UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :at)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': { S: at } },
      }),
    );
    return true;
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) return false;
    throw toStoreError('revoke an access key', cause);
  }
}

const keyOfId = (id: string) => ({ pk: PARTITION, sk: { S: id } });

/** An item without a role we know opens nothing: it counts as no key. */
function parseKeyItem(item: Item): AccessKey | undefined {
  const role = item['role']?.S as Role;
  const id = item['sk']?.S;
  if (id === undefined || !ROLES.includes(role)) return undefined;
  return {
    id,
    name: item['name']?.S ?? '',
    role,
    createdAt: item['createdAt']?.S ?? '',
    createdBy: item['createdBy']?.S ?? '',
    ...(item['revokedAt'] && { revokedAt: item['revokedAt'].S ?? '' }),
  };
}

/** The keys of a deployment in its control table, looked up through a cache. */
export function keyRingFromTable(
  client: DynamoDBClient,
  table: string,
  parts: Omit<KeyRingDeps, 'store' | 'cache'>,
): KeyRing {
  return keyRing({
    ...parts,
    cache: keyCache((id) => findKey(client, table, id), parts.now),
    store: {
      put: (key) => putKey(client, table, key),
      list: () => listKeys(client, table),
      revoke: (id, at) => revokeKey(client, table, id, at),
    },
  });
}

/** Tells live write keys from everything else, by a control table and through a cache. @throws StoreError */
export function writeKeys(client: DynamoDBClient, table: string): (key: string) => Promise<boolean> {
  const cache = keyCache((id) => findKey(client, table, id), Date.now);
  return async (key) => (await cache.lookup(key))?.role === 'write';
}
