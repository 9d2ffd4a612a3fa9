import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keyCache } from '#lib/auth/keys/key-cache.ts';
import { type KeyRing, type KeyRingDeps, keyRing } from '#lib/auth/keys/key-ring.ts';
import { findKey, listKeys, putKey, revokeKey } from '#lib/auth/keys/keys-table.ts';

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
