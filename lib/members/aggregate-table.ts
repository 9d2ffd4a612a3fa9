import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { backoff } from '#lib/platform/retry.ts';
import type { CountingRules } from './contribution.ts';
import { countingStore } from './counting-table.ts';
import { createIdentity } from './identity.ts';
import { identityStore } from './identity-table.ts';
import type { RecountDeps } from './recount-member.ts';

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
