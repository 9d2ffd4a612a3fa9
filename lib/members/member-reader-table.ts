import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { storeError } from '#lib/platform/store-error.ts';
import { queryPartition, TIMED, UNTIMED } from '#lib/tracking/events-table.ts';
import { type Item, readEventItem, type StoredEvent } from '#lib/tracking/stored-event.ts';
import type { CountingRules } from './contribution.ts';
import { readAmounts, readProfileItem } from './member-items.ts';
import { memberItems } from './member-items-table.ts';
import { type CommunitySize, dateOfKey, type MemberRecord, memberView, seenBetween } from './member-view.ts';
import { rebuildMember } from './rebuild.ts';
import { rebuildStore } from './rebuild-table.ts';
import { mergedPage, readCursor, timelineEvent, untimedStamp, writeCursor } from './timeline.ts';
import type { MemberReader } from './view.ts';

export interface ReaderTables {
  events: string;
  members: string;
  control: string;
}

/** Members as the API reads them. @param now milliseconds since 1970 */
export function memberReader(
  client: DynamoDBClient,
  tables: ReaderTables,
  rules: CountingRules,
  now: () => number,
): MemberReader {
  return {
    member: (userId) =>
      orStoreError('read member', async () => {
        const [items, community, newest, oldest] = await Promise.all([
          memberItems(client, tables.members, userId, { from: 'day#', to: 'profile' }),
          communitySize(client, tables.control),
          timelinePage(client, tables.events, userId, 1, {}),
          oldestEvents(client, tables.events, userId),
        ]);
        if (items.length === 0 && newest.events.length === 0) return undefined;
        const record = memberRecord(userId, items);
        const seen = seenBetween(record, [...newest.events, ...oldest], rules.calendar);
        const today = rules.calendar.dateAt(now());
        return memberView(record, today, rules.currency, community, seen);
      }),

    timeline: (userId, { limit, cursor }) =>
      orStoreError('read timeline', async () => {
        const from = readCursor(cursor);
        const page = await timelinePage(client, tables.events, userId, limit, from);
        if (page.events.length === 0 && cursor === undefined) {
          const items = await memberItems(client, tables.members, userId, { from: 'day#', to: 'profile' });
          if (items.length === 0) return undefined;
        }
        const events = page.events.map((stored) => timelineEvent(stored, rules.taxonomy));
        return page.more ? { events, cursor: writeCursor(page.position) } : { events };
      }),

    rebuild: (userId) =>
      orStoreError('rebuild member', () => rebuildMember(userId, rules, rebuildStore(client, tables))),
  };
}

/** @throws SyntaxError naming the item when one is damaged */
function memberRecord(userId: string, items: readonly Item[]): MemberRecord {
  const days = items
    .filter(({ sk }) => sk?.S?.startsWith('day#'))
    .map((item) => ({ date: dateOfKey(item['sk']?.S ?? ''), amounts: readAmounts(item) }))
    .filter(({ amounts }) => Object.keys(amounts).length > 0);
  return { userId, days, profile: readProfileItem(items.find(({ sk }) => sk?.S === 'profile')).profile };
}

async function communitySize(client: DynamoDBClient, control: string): Promise<CommunitySize | undefined> {
  const Key = { pk: { S: 'community' }, sk: { S: 'size' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: control, Key }));
  const members = Number(Item?.['members']?.N);
  return members > 0 ? { members, asOf: Item?.['asOf']?.S ?? '' } : undefined;
}

async function timelinePage(
  client: DynamoDBClient,
  table: string,
  userId: string,
  limit: number,
  from: { timed?: string | undefined; untimed?: string | undefined },
) {
  const [timed, untimed] = await Promise.all([
    timedBefore(client, table, userId, from.timed, limit + 1),
    untimedEvents(client, table, userId),
  ]);
  const left = untimed
    .filter((stored) => from.untimed === undefined || untimedStamp(stored) < from.untimed)
    .sort((a, b) => (untimedStamp(a) < untimedStamp(b) ? 1 : -1));
  const page = mergedPage(timed, left, limit, from);
  return { ...page, more: timed.length + left.length > page.events.length };
}

async function timedBefore(
  client: DynamoDBClient,
  table: string,
  userId: string,
  before: string | undefined,
  limit: number,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  // Both ends of a range are included, so the last event shown comes again and is dropped.
  const range = {
    ...TIMED,
    ...(before === undefined ? {} : { to: before }),
    newestFirst: true,
    limit: limit + 1,
  };
  for await (const items of queryPartition(client, table, userId, range)) {
    events.push(...items.map(readEventItem).filter(({ sk }) => sk !== before));
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}

async function untimedEvents(client: DynamoDBClient, table: string, userId: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const items of queryPartition(client, table, userId, UNTIMED))
    events.push(...items.map(readEventItem));
  return events;
}

async function oldestEvents(client: DynamoDBClient, table: string, userId: string): Promise<StoredEvent[]> {
  const untimed = await untimedEvents(client, table, userId);
  for await (const items of queryPartition(client, table, userId, { ...TIMED, limit: 1 })) {
    return [...items.map(readEventItem), ...untimed];
  }
  return untimed;
}

async function orStoreError<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof Error && '$metadata' in cause ? storeError(what, cause) : cause;
  }
}
