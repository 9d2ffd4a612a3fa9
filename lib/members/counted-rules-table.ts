import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/errors.ts';
import type { CountingRules } from './contribution.ts';
import {
  type CountedRules,
  findUnfinishedChange,
  lastWholeRules,
  type RulesRecord,
  toRulesRecord,
} from './counted-rules.ts';

/** By which rules the community is counted, as the control table keeps it. All methods throw StoreError. */
export interface CountedRulesStore {
  /** undefined before anybody has looked */
  read(): Promise<CountedRules | undefined>;
  /** Notes that a deployment counts by these rules: from now on, all members are not counted by any others. */
  notice(rules: RulesRecord): Promise<CountedRules>;
  /** Notes that all members are counted by these rules; does nothing once others have been noticed. */
  markCounted(rules: RulesRecord): Promise<void>;
}

const KEY = { pk: { S: 'rules' }, sk: { S: 'current' } };

/** @param now milliseconds since 1970 */
export function countedRulesStore(
  client: DynamoDBClient,
  table: string,
  now: () => number,
): CountedRulesStore {
  const read = (): Promise<CountedRules | undefined> =>
    withStoreError('read by which rules members are counted', async () => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }),
      );
      const state = Item?.['state']?.S;
      return state === undefined ? undefined : (JSON.parse(state) as CountedRules);
    });

  /** @returns false when somebody has written it since it was read */
  const write = (next: CountedRules, seen: CountedRules | undefined): Promise<boolean> =>
    withStoreError('write by which rules members are counted', async () => {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: KEY,
            UpdateExpression: 'SET #state = :next',
            ConditionExpression: seen === undefined ? 'attribute_not_exists(pk)' : '#state = :seen',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':next': { S: JSON.stringify(next) },
              ...(seen && { ':seen': { S: JSON.stringify(seen) } }),
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    });

  return {
    read,

    async notice(rules) {
      for (;;) {
        const seen = await read();
        if (seen?.rules.version === rules.version) return seen;
        const before = seen && lastWholeRules(seen, rules);
        const next: CountedRules = { rules, since: now(), ...(before && { before }) };
        if (await write(next, seen)) return next;
      }
    },

    async markCounted({ version }) {
      for (;;) {
        const seen = await read();
        if (seen?.rules.version !== version || seen.countedAt !== undefined) return;
        if (await write({ ...seen, countedAt: now() }, seen)) return;
      }
    },
  };
}

/** Whether not all members are counted by a deployment's rules yet. The function throws StoreError. */
export function isRebuildingReader(
  client: DynamoDBClient,
  table: string,
  rules: CountingRules,
): () => Promise<boolean> {
  const { read } = countedRulesStore(client, table, Date.now);
  return async () => findUnfinishedChange(await read(), toRulesRecord(rules)) !== undefined;
}

async function withStoreError<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toStoreError(what, cause);
  }
}
