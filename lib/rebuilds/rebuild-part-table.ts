import { countingOver } from '#lib/members/aggregate-table.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { backOff } from '#lib/platform/retry.ts';
import { canPass } from '#lib/platform/store-error.ts';
import { listedMembers } from './member-source.ts';
import { partRecords } from './part-records-table.ts';
import type { PartDeps } from './rebuild-part.ts';
import { recountRecords } from './rebuild-records-table.ts';
import { scannedMembers } from './scanned-members-table.ts';

/** What working on a part of a job takes, but for the time. @throws Error naming the variable that is wrong */
export function partDeps(env: Env): Omit<PartDeps, 'isOutOfTime'> {
  const client = dynamoDb(env);
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  const control = required(env, 'CONTROL_TABLE');
  const counting = countingOver(client, tables, countingRulesFrom(env), Date.now);
  return {
    find: recountRecords(client, control, Date.now).find,
    records: partRecords(client, control, Date.now),
    sourceOf: ({ members }) => (members ? listedMembers(members) : scannedMembers(client, tables)),
    recount: (userId, dates) => recountMember(userId, counting, dates),
    canPass,
    pause: backOff,
    now: Date.now,
    log,
  };
}
