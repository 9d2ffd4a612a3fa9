import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { countingOver } from '#lib/members/aggregate-table.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { uncountedMembers, unmark } from '#lib/members/uncounted-table.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { errorFields, log } from '#lib/platform/log.ts';
import type { AuditDeps } from './audit.ts';
import { nextMember } from './next-member-table.ts';

/** Left to write down what was found when the time is nearly over. */
const LAST_MS = 60_000;
/** The log of one member is not read for longer. */
const LONGEST_MS = 120_000;

/**
 * Audits over the real tables.
 * @returns what an audit works with; `remainingMs` tells how long the call may still run
 * @throws Error naming the variable that is missing or wrong
 */
export function auditOver(client: DynamoDBClient, env: Env): (remainingMs: () => number) => AuditDeps {
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  const control = required(env, 'CONTROL_TABLE');
  const counting = countingOver(client, tables, countingRulesFrom(env), Date.now);
  return (remainingMs) => {
    const isOutOfTime = (): boolean => remainingMs() < LAST_MS;
    return {
      recount: (userId) => {
        const end = Date.now() + LONGEST_MS;
        const checkTime = (): void => {
          if (!isOutOfTime() && Date.now() < end) return;
          throw new StoreError('compare a member: no time is left', { retriable: true });
        };
        return recountMember(userId, { ...counting, checkTime });
      },
      next: nextMember(client, tables.events),
      uncounted: () => uncountedMembers(client, control),
      settled: (userIds) => unmark(client, control, userIds),
      isOutOfTime,
      onFailure: (error) => log('warn', 'member not compared', errorFields(error)),
    };
  };
}
