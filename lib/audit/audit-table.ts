import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { listUncounted, unmarkUncounted } from '#lib/members/uncounted-table.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { StoreError, toStoreError } from '#lib/platform/errors.ts';
import { errorFields, log } from '#lib/platform/log.ts';
import type { AuditDeps } from './audit.ts';

/** Left to write down what was found when the time is nearly over. */
const CLOSING_MS = 60_000;
/** The log of one member is not read for longer. */
const MEMBER_TIMEOUT_MS = 120_000;

/**
 * Audits over the real tables.
 * @returns what an audit works with; `remainingMs` tells how long the call may still run
 * @throws Error naming the variable that is missing or wrong
 */
export function createAuditDeps(
  client: DynamoDBClient,
  env: Env,
): (remainingMs: () => number) => Omit<AuditDeps, 'isRebuilding'> {
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  const control = required(env, 'CONTROL_TABLE');
  const counting = createCountingDeps(client, tables, countingRulesFromEnv(env), Date.now);
  return (remainingMs) => {
    const isOutOfTime = (): boolean => remainingMs() < CLOSING_MS;
    return {
      recount: (userId) => {
        const end = Date.now() + MEMBER_TIMEOUT_MS;
        const checkTime = (): void => {
          if (!isOutOfTime() && Date.now() < end) return;
          throw new StoreError('compare a member: no time is left', { retriable: true });
        };
        return recountMember(userId, { ...counting, checkTime });
      },
      findNextMember: nextMemberFinder(client, tables.events),
      listUncounted: () => listUncounted(client, control),
      markCompared: (userIds) => unmarkUncounted(client, control, userIds),
      isOutOfTime,
      onFailure: (error) => log('warn', 'member not compared', errorFields(error)),
    };
  };
}

/** Behind every key of the log. */
const AFTER_EVERY_KEY = '\u{10FFFF}';

/** The member whose events lie behind those of another in the log; undefined at its end. Throws StoreError. */
export const nextMemberFinder =
  (client: DynamoDBClient, events: string) =>
  async (userId: string): Promise<string | undefined> => {
    try {
      const { Items } = await client.send(
        new ScanCommand({
          TableName: events,
          Limit: 1,
          ProjectionExpression: 'userId',
          ExclusiveStartKey: { userId: { S: userId }, sk: { S: AFTER_EVERY_KEY } },
        }),
      );
      return Items?.[0]?.['userId']?.S;
    } catch (cause) {
      throw toStoreError('look for the next member of the log', cause);
    }
  };
