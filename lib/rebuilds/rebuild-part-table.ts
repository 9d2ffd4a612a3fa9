import { createCountingDeps } from '#lib/members/aggregate-table.ts';
import { countingRulesFromEnv } from '#lib/members/counting-env.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { backoff } from '#lib/platform/retry.ts';
import { isTransient } from '#lib/platform/store-error.ts';
import { listedMembers } from './member-source.ts';
import { partRecords } from './part-records-table.ts';
import type { RebuildPartDeps } from './rebuild-part.ts';
import { rebuildRecords } from './rebuild-records-table.ts';
import { scannedMembers } from './scanned-members-table.ts';

/** What working on a part of a job takes, but for the time. @throws Error naming the variable that is wrong */
export function createRebuildPartDeps(env: Env): Omit<RebuildPartDeps, 'isOutOfTime'> {
  const client = dynamoDb(env);
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  const control = required(env, 'CONTROL_TABLE');
  const counting = createCountingDeps(client, tables, countingRulesFromEnv(env), Date.now);
  return {
    find: rebuildRecords(client, control, Date.now).find,
    records: partRecords(client, control, Date.now),
    memberSource: ({ members }) => (members ? listedMembers(members) : scannedMembers(client, tables)),
    recount: (userId, dates) => recountMember(userId, counting, dates),
    isTransient: isTransient,
    pause: backoff,
    now: Date.now,
    log,
  };
}
