import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { queryPartition } from '#lib/events/events-table.ts';
import { toStoreError } from '#lib/platform/store-error.ts';
import type { FoundMember, MemberSource, MembersPage } from './member-source.ts';
import type { Position } from './part-record.ts';

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
