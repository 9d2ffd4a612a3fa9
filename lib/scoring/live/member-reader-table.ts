import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { queryPartition, TIMED, UNTIMED } from '#lib/events/events-table.ts';
import { readEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import { countingOver } from '#lib/members/aggregate-table.ts';
import type { CountingRules } from '#lib/members/contribution.ts';
import { memberItems } from '#lib/members/member-items-table.ts';
import { memberRecord, RECORD_KEYS } from '#lib/members/member-record.ts';
import { mended } from '#lib/members/rebuild-on-read.ts';
import { waitingTime } from '#lib/members/rebuild-too-long.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { mergedPage, readCursor, timelineEvent, untimedStamp, writeCursor } from '#lib/members/timeline.ts';
import { log } from '#lib/platform/log.ts';
import { storeError } from '#lib/platform/store-error.ts';
import type { LiveModels } from '#lib/scoring/live/live-models.ts';
import { inTime } from './in-time.ts';
import { memberView, seenBetween } from './member-view.ts';
import { scoreView } from './score-view.ts';
import type { MemberReader } from './view.ts';

const BUDGET_MS = 5_000;

export interface ReaderTables {
  events: string;
  members: string;
}

/**
 * Members as the API reads them.
 * @param now milliseconds since 1970
 * @param live the models to score with
 */
export function memberReader(
  client: DynamoDBClient,
  tables: ReaderTables,
  rules: CountingRules,
  now: () => number,
  live: () => Promise<LiveModels>,
): MemberReader {
  const read = (userId: string) =>
    Promise.all([
      memberItems(client, tables.members, userId, RECORD_KEYS),
      timelinePage(client, tables.events, userId, 1, {}),
      oldestEvents(client, tables.events, userId),
    ]);
  const rebuild: MemberReader['rebuild'] = (userId) =>
    orStoreError('rebuild member', async () => {
      const counting = countingOver(client, tables, rules, now);
      const found = await recountMember(userId, { ...counting, checkTime: waitingTime(now) });
      if (found === undefined) return undefined;
      const { events, itemsChecked, repaired } = found;
      return { userId, events, itemsChecked, itemsRepaired: repaired.length };
    });

  return {
    member: (userId, wish) =>
      orStoreError('read member', async () => {
        const known = async () => {
          const [items, newest, oldest] = await inTime('read member', BUDGET_MS, read(userId));
          if (items.length === 0 && newest.events.length === 0) return undefined;
          return { record: memberRecord(userId, items), events: [...newest.events, ...oldest] };
        };
        const [found, models] = await Promise.all([mended(known, () => rebuild(userId), log), live()]);
        if (found === undefined) return undefined;
        const { record, events } = found;
        const today = rules.calendar.dateAt(now());
        const seen = seenBetween(record, events, rules.calendar);
        const score = scoreView(userId, record.days, today, models, wish);
        return memberView(record, today, rules.currency, models.models.community.ready, seen, score);
      }),

    timeline: (userId, { limit, cursor }) =>
      orStoreError('read timeline', async () => {
        const from = readCursor(cursor);
        const page = await timelinePage(client, tables.events, userId, limit, from);
        if (page.events.length === 0 && cursor === undefined) {
          const items = await memberItems(client, tables.members, userId, RECORD_KEYS);
          if (items.length === 0) return undefined;
        }
        const events = page.events.map((stored) => timelineEvent(stored, rules.taxonomy));
        return page.more ? { events, cursor: writeCursor(page.position) } : { events };
      }),

    rebuild,
  };
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
