import type { Item } from '#lib/events/stored-event.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { type Amounts, addAmounts } from './contribution.ts';
import { type CountedEvent, type CountingDeps, type DayTask, itemKeysOf, itemsOfMember } from './counting.ts';
import {
  buildDayItem,
  buildTieItem,
  closeDay,
  type DayItem,
  isClosed,
  isCountedFromLog,
  isSameAmounts,
  lateSince,
  nextVersion,
  parseClosing,
  parseDayItem,
  parseTieDays,
  parseTieItem,
} from './day-items.ts';
import { dayKey, tieMonth } from './item-keys.ts';

import { dividePart, MAIN_PART } from './log-parts.ts';
import { type ReadEvents, readDayEvents, readParts } from './read-day.ts';

type Items = ReadonlyMap<string, Item>;

const MAX_ATTEMPTS = 12;
const MAX_EVENTS_PER_PART = 128;
/** Where parts are more, each may hold more: the item that they are kept in must stay small. */
const PARTS_PER_STEP = 32;
const EXPIRY_MARGIN_SECONDS = 2 * 86_400;

/**
 * Counts a day of a member from the log. The items are read before the log, and written only if nobody has written them
 * since. So whoever writes last has read a log that held all of whatever was counted before: neither the order nor the
 * number of deliveries matters. Of a day of which nothing was counted, only the events at hand are read: all there may be
 * besides is still to come.
 * @param first the items as read, by sort key; those missing do not exist
 * @returns the sort keys of items that say something else now
 * @throws StoreError, retriable, when others kept writing at the same time
 */
export async function recountDay(task: DayTask, first: Items, deps: CountingDeps): Promise<string[]> {
  const changed = new Set<string>();
  let items = first;
  for (let attempt = 1; ; attempt += 1) {
    const next = await computeNextItems(task, items, deps);
    const overtaken = await Promise.all(
      itemKeysOf(task).map(async (sk) => {
        const item = next.get(sk);
        if (item === undefined) return false;
        if (!(await deps.store.replace(item, items.get(sk)))) return true;
        if (!isSameAmounts(item, items.get(sk))) changed.add(sk);
        return false;
      }),
    );
    // What a tie comes to rests on where the day's events lie, as its item says: all are written again, or none.
    if (!overtaken.includes(true)) break;
    if (attempt === MAX_ATTEMPTS) {
      throw new StoreError('count a day: others kept writing it', { retriable: true });
    }
    await deps.pause(attempt);
    items = await reread(task, deps);
  }
  if (!task.expired || !task.arrived) return [...changed];
  return recountDay({ ...task, expired: false }, await reread(task, deps), deps);
}

const reread = async (task: DayTask, { store }: CountingDeps): Promise<Items> =>
  itemsOfMember(await store.items(itemKeysOf(task).map((sk) => ({ userId: task.userId, sk }))), task.userId);

async function computeNextItems(task: DayTask, items: Items, deps: CountingDeps): Promise<Map<string, Item>> {
  const sk = dayKey(task.date);
  const stored = items.get(sk);
  const { version: rules } = deps.rules;
  const day = parseDayItem(stored, rules);
  const now = Math.floor(deps.now() / 1000);
  if (task.expired) return expireDay(task, items, isClosed(day, now), now);
  if (stored !== undefined && isClosed(day, now)) return recordLateEvents(task, stored, day, now, deps);

  const next = new Map<string, Item>();
  const counted = await countDay(task, day, items, deps);
  if (
    isLegacyItem(stored) &&
    counted.closesAt !== undefined &&
    counted.closesAt - EXPIRY_MARGIN_SECONDS <= now
  ) {
    // An earlier release did not note when a day's events go; some may have gone already.
    return new Map([[sk, closeDay(stored, now, 0)]]);
  }
  // What has only gone makes no item: nobody who was erased may come back by it.
  const mayMake = (seen: Item | undefined): boolean => task.arrived || seen !== undefined;
  if (mayMake(stored)) next.set(sk, buildDayItem(task.userId, sk, counted, { seen: stored, rules }));
  for (const [tie, days] of counted.ties) {
    const seen = items.get(tie);
    if (mayMake(seen)) next.set(tie, buildTieItem(task.userId, tie, days, { seen, rules }));
  }
  return next;
}

interface CountedDay {
  parts: Record<string, Amounts>;
  closesAt: number | undefined;
  /** amounts by day of the month of each tie that is to be written */
  ties: Map<string, Record<string, Amounts>>;
}

async function countDay(task: DayTask, day: DayItem, items: Items, deps: CountingDeps): Promise<CountedDay> {
  const ties = [...task.ties]
    .map((sk) => ({ sk, ...parseTieItem(items.get(sk), deps.rules.version) }))
    .filter((tie) => !tie.closed);
  const { known, read } = await readDayEvents(task, day, ties, items, deps);
  const { parts, ofDay, isAll } = await sumParts(task, known ?? { [MAIN_PART]: {} }, read, deps);

  const first = ofDay.reduce((least, { expiresAt }) => Math.min(least, expiresAt), Number.POSITIVE_INFINITY);
  const closesAt = isAll ? first : Math.min(first, day.closesAt ?? Number.POSITIVE_INFINITY);
  const dayOfMonth = dayOfMonthOf(task.date);
  const tieSums = ties.map(async ({ sk, days, daysBefore }): Promise<[string, Record<string, Amounts>]> => {
    if (days !== undefined) return [sk, { ...days, [dayOfMonth]: sumTie(ofDay, sk) }];
    return [sk, await keepClosedDays(task.userId, sk, sumTieByDay(read.ofTies, sk), daysBefore, deps)];
  });
  return {
    parts,
    closesAt: Number.isFinite(closesAt) ? closesAt : undefined,
    ties: new Map(await Promise.all(tieSums)),
  };
}

/**
 * A tie that is counted whole by new rules keeps what it was on days that are closed, as those days do. A day that is
 * closed stays so, and its events go an hour later at the earliest; so it does not matter that days are read after the log.
 */
async function keepClosedDays(
  userId: string,
  sk: string,
  counted: Record<string, Amounts>,
  before: Readonly<Record<string, Amounts>>,
  { store, now }: CountingDeps,
): Promise<Record<string, Amounts>> {
  if (Object.keys(before).length === 0) return counted;
  const month = tieMonth(sk);
  const days = [...new Set([...Object.keys(counted), ...Object.keys(before)])];
  const keys = days.map((day) => ({ userId, sk: dayKey(`${month}-${day}`) }));
  const items = itemsOfMember(await store.items(keys), userId);
  const at = Math.floor(now() / 1000);
  return Object.fromEntries(
    days.map((day) => {
      const isDayClosed = isClosed(parseClosing(items.get(dayKey(`${month}-${day}`))), at);
      return [day, (isDayClosed ? before[day] : counted[day]) ?? {}];
    }),
  );
}

/** What the parts come to that were read, with the others as they were; what has become too large is divided. */
async function sumParts(
  task: DayTask,
  known: Readonly<Record<string, Amounts>>,
  read: ReadEvents,
  deps: CountingDeps,
): Promise<{ parts: Record<string, Amounts>; ofDay: CountedEvent[]; isAll: boolean }> {
  const { mostEvents = MAX_EVENTS_PER_PART } = deps;
  const most = mostEvents * Math.max(1, Math.ceil(Object.keys(known).length / PARTS_PER_STEP));
  const isOwn = ({ contribution }: CountedEvent): boolean => contribution?.date === task.date;
  let parts: Record<string, Amounts> = { ...known };
  let groups = read.parts;
  let isAll = Object.keys(known).every((part) => groups.has(part));
  if ((groups.get(MAIN_PART)?.length ?? 0) > most) {
    // Divided, the main part may reach into those beside it: all are made again.
    const all = isAll ? groups : (await readParts(task, known, true, deps)).parts;
    groups = new Map([
      [MAIN_PART, [...all].flatMap(([part, events]) => (part === MAIN_PART ? events : events.filter(isOwn)))],
    ]);
    parts = {};
    isAll = true;
  }
  const ofDay: CountedEvent[] = [];
  for (const [part, events] of groups) {
    delete parts[part];
    for (const [smaller, some] of dividePart(part, events, most)) {
      const own = some.filter(isOwn);
      ofDay.push(...own);
      // An empty main part says that it is not divided.
      if (own.length > 0 || smaller === MAIN_PART) parts[smaller] = sumAmounts(own);
    }
  }
  return { parts, ofDay, isAll };
}

/** Of a day whose events may be gone in part nothing is counted any more; how many came too late for it is noted. */
async function recordLateEvents(
  task: DayTask,
  stored: Item,
  day: DayItem,
  now: number,
  deps: CountingDeps,
): Promise<Map<string, Item>> {
  if (!task.arrived) return new Map();
  const closesAt = day.closesAt ?? now;
  const { parts } = await readParts(task, day.parts ?? { [MAIN_PART]: {} }, true, deps);
  const since = lateSince(closesAt);
  const late = [...parts.values()]
    .flat()
    .filter(({ contribution, receivedAt }) => contribution?.date === task.date && receivedAt >= since).length;
  if (late === day.late && day.closesAt !== undefined) return new Map();
  return new Map([[dayKey(task.date), closeDay(stored, closesAt, late)]]);
}

/** What has gone by age closes its day, and what earlier releases counted of a tie. */
function expireDay(task: DayTask, items: Items, isDayClosed: boolean, now: number): Map<string, Item> {
  const next = new Map<string, Item>();
  for (const sk of itemKeysOf(task)) {
    const seen = items.get(sk);
    if (seen === undefined) continue;
    if (sk === dayKey(task.date)) {
      if (!isDayClosed) next.set(sk, closeDay(seen, now, 0));
    } else if (parseTieDays(seen) === undefined && seen['expired'] === undefined) {
      next.set(sk, { ...seen, expired: { BOOL: true }, seq: nextVersion(seen) });
    }
  }
  return next;
}

/** Whether an earlier release made an item, adding up what came. */
const isLegacyItem = (item: Item | undefined): item is Item => item !== undefined && !isCountedFromLog(item);

function sumAmounts(events: readonly CountedEvent[]): Amounts {
  const sums: Amounts = {};
  for (const { contribution } of events)
    if (contribution !== undefined) addAmounts(sums, contribution.amounts);
  return sums;
}

function sumTie(events: readonly CountedEvent[], sk: string): Amounts {
  const sums: Amounts = {};
  for (const { contribution } of events) {
    if (contribution?.tie?.sk === sk) addAmounts(sums, { [contribution.tie.action]: 1 });
  }
  return sums;
}

function sumTieByDay(events: readonly CountedEvent[], sk: string): Record<string, Amounts> {
  const byDay = Map.groupBy(events, ({ contribution }) => dayOfMonthOf(contribution?.date ?? ''));
  return Object.fromEntries([...byDay].map(([day, some]) => [day, sumTie(some, sk)]));
}

const dayOfMonthOf = (date: string): string => date.slice('YYYY-MM-'.length);
