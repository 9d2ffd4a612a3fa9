import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type CountingRules, countingRulesFromEnv } from '#lib/members/contribution.ts';
import { toRulesRecord } from '#lib/members/counted-rules.ts';
import { countedRulesStore } from '#lib/members/counted-rules-table.ts';
import { cached } from '#lib/platform/cache.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { toStoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import type { Rebuilds } from './rebuild-view.ts';
import { deployedRebuilds } from './rebuilds-table.ts';
import { type CountingNotice, type RulesChangeDeps, readCountingNotice, SETTLE_MS } from './rules-change.ts';

/** `ZHIQUN_SETTLE_MS` is set where calls of the deployment before end sooner than on AWS. */
export const readSettleMs = (env: Env): number => Number(env['ZHIQUN_SETTLE_MS'] ?? SETTLE_MS);

/**
 * What seeing to a change of rules takes.
 * @throws Error naming the variable that is missing or wrong
 */
export function createRulesChangeDeps(env: Env): RulesChangeDeps {
  const client = dynamoDb(env);
  const control = required(env, 'CONTROL_TABLE');
  const tables = [required(env, 'EVENTS_TABLE'), required(env, 'MEMBERS_TABLE')];
  const rules = countingRulesFromEnv(env);
  return {
    rules: toRulesRecord(rules),
    counted: countedRulesStore(client, control, Date.now),
    rebuilds: deployedRebuilds(env, client, control, rules),
    isEmpty: async () =>
      (await Promise.all(tables.map((table) => isTableEmpty(client, table)))).every(Boolean),
    now: Date.now,
    settleMs: readSettleMs(env),
  };
}

async function isTableEmpty(client: DynamoDBClient, table: string): Promise<boolean> {
  try {
    const { Items } = await client.send(
      new ScanCommand({ TableName: table, Limit: 1, ConsistentRead: true, ProjectionExpression: 'userId' }),
    );
    return (Items?.length ?? 0) === 0;
  } catch (cause) {
    throw toStoreError(`look whether ${table} is empty`, cause);
  }
}

const NOTICE_POLICY = { ttlMs: 10_000, staleIfErrorMs: 600_000, retryMs: 5_000 };

/**
 * `readCountingNotice` for whoever answers requests: asked every ten seconds at most, and never the reason why something
 * cannot be answered.
 */
export function countingNoticeReader(
  env: Env,
  client: DynamoDBClient,
  control: string,
  rules: CountingRules,
  rebuilds: Pick<Rebuilds, 'list'>,
  log: Log,
): () => Promise<CountingNotice | undefined> {
  const now = Date.now;
  const deps = {
    rules: toRulesRecord(rules),
    counted: countedRulesStore(client, control, now),
    rebuilds,
    settleMs: readSettleMs(env),
  };
  const read = cached(() => readCountingNotice(deps), { now, ...NOTICE_POLICY });
  return async () => {
    try {
      return await read();
    } catch (error) {
      log('warn', 'not known whether all members are counted by the same rules', errorFields(error));
      return undefined;
    }
  };
}
