import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keyCache } from './key-cache.ts';
import { findKey } from './keys-table.ts';

/** Tells live write keys from everything else, by a control table and through a cache. @throws StoreError */
export function writeKeys(client: DynamoDBClient, table: string): (key: string) => Promise<boolean> {
  const cache = keyCache((id) => findKey(client, table, id), Date.now);
  return async (key) => (await cache.lookup(key))?.role === 'write';
}
