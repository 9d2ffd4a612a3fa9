import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { queryPartition } from '#lib/events/events-table.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { toRulesRecord } from '#lib/members/counted-rules.ts';
import { countedRulesStore } from '#lib/members/counted-rules-table.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { isTransient, toStoreError } from '#lib/platform/errors.ts';
import { log } from '#lib/platform/log.ts';
import { backoff } from '#lib/platform/retry.ts';
import {
  type FoundMember,
  listedMembers,
  type MemberSource,
  type MembersPage,
  type RebuildPartDeps,
} from './rebuild-part.ts';
import type { Position } from './rebuild-record.ts';
import { partRecords, rebuildRecords } from './rebuild-records-table.ts';
import { markIfCounted } from './rules-change.ts';
import { readSettleMs } from './rules-change-table.ts';

/** What working on a part of a job takes, but for the time. @throws Error naming the variable that is wrong */
export function createRebuildPartDeps(env: Env): Omit<RebuildPartDeps, 'isOutOfTime'> {
  const client = dynamoDb(env);
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  const control = required(env, 'CONTROL_TABLE');
  const rules = countingRulesFromEnv(env);
  const counting = createCountingDeps(client, tables, rules, Date.now);
  const { find, parts } = rebuildRecords(client, control, Date.now);
  const change = {
    rules: toRulesRecord(rules),
    counted: countedRulesStore(client, control, Date.now),
    settleMs: readSettleMs(env),
  };
  return {
    rules: rules.version,
    find,
    records: partRecords(client, control, Date.now),
    memberSource: ({ members }) => (members ? listedMembers(members) : scannedMembers(client, tables)),
    recount: (userId, dates) => recountMember(userId, counting, dates),
    isTransient: isTransient,
    pause: backoff,
    now: Date.now,
    onPartDone: async (job) => markIfCounted(job, await parts(job.recountId), change),
    log,
  };
}

type TablePosition = Extract<Position, { table: string }>;

/**
 * All members: a part is a segment of the log, and then the same segment of the members table for those whose events are
 * gone. Who has events is counted where the log names them. Only keys are read out.
 */
export const scannedMembers = (
  client: DynamoDBClient,
  tables: { events: string; members: string },
): MemberSource => ({
  async *pages(part, of, from) {
    const start: TablePosition = from !== undefined && 'table' in from ? from : { table: 'events' };
    if (start.table === 'events') {
      yield* scanSegment(client, tables.events, part, of, start);
      yield { members: [], end: { table: 'members' } };
    }
    yield* scanSegment(
      client,
      tables.members,
      part,
      of,
      start.table === 'members' ? start : { table: 'members' },
    );
  },

  async isElsewhere({ userId, position }) {
    if (!('table' in position) || position.table === 'events') return false;
    try {
      for await (const events of queryPartition(client, tables.events, userId, { limit: 1 }))
        return events.length > 0;
      return false;
    } catch (cause) {
      throw toStoreError('look for events of a member', cause);
    }
  },
});

async function* scanSegment(
  client: DynamoDBClient,
  name: string,
  part: number,
  of: number,
  { table, ...from }: TablePosition,
): AsyncGenerator<MembersPage> {
  let { after, last } = from;
  do {
    const { Items, LastEvaluatedKey } = await scanPage(client, name, part, of, after);
    const members: FoundMember[] = [];
    for (const { userId, sk } of Items ?? []) {
      if (userId?.S === undefined || sk === undefined) continue;
      const position: TablePosition = { table, after: { userId, sk }, last: userId.S };
      const latest = members.at(-1);
      if (userId.S !== last) members.push({ userId: userId.S, position });
      else if (latest !== undefined) latest.position = position;
      last = userId.S;
    }
    after = LastEvaluatedKey;
    yield { members, ...(after && { end: { table, after, ...(last !== undefined && { last }) } }) };
  } while (after !== undefined);
}

async function scanPage(
  client: DynamoDBClient,
  table: string,
  part: number,
  of: number,
  after: TablePosition['after'],
): Promise<ScanCommandOutput> {
  try {
    const page = { TableName: table, Segment: part, TotalSegments: of, ExclusiveStartKey: after };
    return await client.send(new ScanCommand({ ...page, ProjectionExpression: 'userId, sk' }));
  } catch (cause) {
    throw toStoreError(`scan part ${part} of ${of} of ${table}`, cause);
  }
}
