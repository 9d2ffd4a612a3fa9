import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { queryPartition, TIMED, UNTIMED } from '#lib/events/events-table.ts';
import { parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import type { CountingRules } from '#lib/members/contribution.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import { parseMemberRecord, RECORD_KEYS } from '#lib/members/member-items.ts';
import { queryMemberItems } from '#lib/members/member-items-table.ts';
import { createDeadline, rebuildIfCorrupt } from '#lib/members/rebuild-on-read.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import {
  formatCursor,
  mergePage,
  parseCursor,
  toTimelineEvent,
  untimedStamp,
} from '#lib/members/timeline.ts';
import { StoreError, toStoreError } from '#lib/platform/errors.ts';
import { type Log, log } from '#lib/platform/log.ts';
import type { LiveModels } from './live-models.ts';
import { type MemberScores, memberScores, type ReadItems } from './member-scores.ts';
import type { MemberReader } from './member-view.ts';
import { buildMemberView, findSeenRange } from './member-view.ts';
import { buildScoreView } from './score-view.ts';

const READ_TIMEOUT_MS = 5_000;

interface ReaderTables {
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
      queryMemberItems(client, tables.members, userId, RECORD_KEYS),
      readTimelinePage(client, tables.events, userId, 1, {}),
      readOldestEvents(client, tables.events, userId),
    ]);
  const rebuild: MemberReader['rebuild'] = (userId) =>
    withStoreError('rebuild member', async () => {
      const counting = createCountingDeps(client, tables, rules, now);
      const found = await recountMember(userId, { ...counting, checkTime: createDeadline(now) });
      if (found === undefined) return undefined;
      const { events, itemsChecked, repaired } = found;
      return { userId, events, itemsChecked, itemsRepaired: repaired.length };
    });

  return {
    member: (userId, options) =>
      withStoreError('read member', async () => {
        const known = async () => {
          const [items, newest, oldest] = await withTimeout('read member', READ_TIMEOUT_MS, read(userId));
          if (items.length === 0 && newest.events.length === 0) return undefined;
          return { record: parseMemberRecord(userId, items), events: [...newest.events, ...oldest] };
        };
        const [found, models] = await Promise.all([
          rebuildIfCorrupt(known, () => rebuild(userId), log),
          live(),
        ]);
        if (found === undefined) return undefined;
        const { record, events } = found;
        const today = rules.calendar.dateAt(now());
        const seen = findSeenRange(record, events, rules.calendar);
        const score = buildScoreView(userId, record.days, today, models, options);
        return buildMemberView(record, today, rules.currency, models.models.community.ready, seen, score);
      }),

    timeline: (userId, { limit, cursor }) =>
      withStoreError('read timeline', async () => {
        const from = parseCursor(cursor);
        const page = await readTimelinePage(client, tables.events, userId, limit, from);
        if (page.events.length === 0 && cursor === undefined) {
          const items = await queryMemberItems(client, tables.members, userId, RECORD_KEYS);
          if (items.length === 0) return undefined;
        }
        const events = page.events.map((stored) => toTimelineEvent(stored, rules.taxonomy));
        return page.more ? { events, cursor: formatCursor(page.position) } : { events };
      }),

    rebuild,
  };
}

async function readTimelinePage(
  client: DynamoDBClient,
  table: string,
  userId: string,
  limit: number,
  from: { timed?: string | undefined; untimed?: string | undefined },
) {
  const [timed, untimed] = await Promise.all([
    readTimedEvents(client, table, userId, from.timed, limit + 1),
    readUntimedEvents(client, table, userId),
  ]);
  const left = untimed
    .filter((stored) => from.untimed === undefined || untimedStamp(stored) < from.untimed)
    .sort((a, b) => (untimedStamp(a) < untimedStamp(b) ? 1 : -1));
  const page = mergePage(timed, left, limit, from);
  return { ...page, more: timed.length + left.length > page.events.length };
}

async function readTimedEvents(
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
    events.push(...items.map(parseEventItem).filter(({ sk }) => sk !== before));
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}

async function readUntimedEvents(
  client: DynamoDBClient,
  table: string,
  userId: string,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const items of queryPartition(client, table, userId, UNTIMED))
    events.push(...items.map(parseEventItem));
  return events;
}

async function readOldestEvents(
  client: DynamoDBClient,
  table: string,
  userId: string,
): Promise<StoredEvent[]> {
  const untimed = await readUntimedEvents(client, table, userId);
  for await (const items of queryPartition(client, table, userId, { ...TIMED, limit: 1 })) {
    return [...items.map(parseEventItem), ...untimed];
  }
  return untimed;
}

async function withStoreError<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof Error && '$metadata' in cause ? toStoreError(what, cause) : cause;
  }
}

/**
 * Waits for something at most so long, whether or not it can be called off.
 * @param what as a verb phrase: `read member`
 * @throws StoreError, retriable, when the time is over; what the work throws before
 */
async function withTimeout<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreError(`${what}: not done in ${ms} ms`, { retriable: true })),
      ms,
    );
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Scores over the members' table: one Query each, which costs half a read unit for most members.
 * @param today YYYY-MM-DD in the business's time zone
 */
export function memberScoresFromTable(
  client: DynamoDBClient,
  table: string,
  parts: { live: () => Promise<LiveModels>; rebuild: MemberReader['rebuild']; today: () => string; log: Log },
): MemberScores {
  const read: ReadItems = async (userId, signal) => {
    try {
      return await queryMemberItems(client, table, userId, { ...RECORD_KEYS, consistent: false, signal });
    } catch (cause) {
      throw toStoreError('read member', cause);
    }
  };
  return memberScores({ ...parts, read });
}
