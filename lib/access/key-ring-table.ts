import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keyCache } from '#lib/access/key-cache.ts';
import { type KeyRing, type KeyRingParts, keyRing } from '#lib/access/key-ring.ts';
import { findKey, listKeys, putKey, revokeKey } from '#lib/access/keys-table.ts';

/** The keys of a deployment in its control table, looked up through a cache. */
export function keyRingOver(
  client: DynamoDBClient,
  table: string,
  parts: Omit<KeyRingParts, 'store' | 'cache'>,
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
