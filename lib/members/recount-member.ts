import { isAnonymous } from '#lib/events/ids.ts';
import { type Item, parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import { type Amounts, addAmounts, computeContribution } from './contribution.ts';
import { type CountingDeps, type DayTask, itemKeysOf, itemsOfMember } from './counting.ts';
import {
  type DayItem,
  isClosed,
  isCountedBy,
  isCountedFromLog,
  isSameAmounts,
  parseDayItem,
  parseTieItem,
} from './day-items.ts';
import type { Identity } from './identity.ts';
import { DAY_PREFIX, dayKey, TIE_PREFIX, tieMonth } from './item-keys.ts';
import { findPart, isInSpan, type KeySpan, mainSpan } from './log-parts.ts';
import { parseProfileItem } from './member-items.ts';
import { buildProfile, isAboutProfile, mergeEvent, namedAnonymousIds, type Profile } from './profile.ts';
import { recountDay } from './recount-day.ts';
import { ALIAS_PREFIX, recountProfile } from './recount-profile.ts';

/** What a rebuild of a member found. */
export interface MemberRecount {
  /** events in the log */
  events: number;
  /** items of the log that are no events that can be read */
  unreadable: number;
  itemsChecked: number;
  repaired: RepairedItem[];
}

/** An item that differs from the log. */
export interface RepairedItem {
  sk: string;
  /** an event of it came so lately that counting may not have come to it yet */
  recent: boolean;
}

export interface RecountDeps extends CountingDeps {
  identity: Identity;
  /** asked between pages of the log; to be thrown out of it, throw */
  checkTime?: () => void;
}

/** Which days (YYYY-MM-DD). */
export type Dates = Pick<ReadonlySet<string>, 'has'>;

const RECENT_MS = 15 * 60_000;
const DAY_SECONDS = 86_400;

/**
 * Compares all that is counted of a member with the log, and counts again what differs, and what an earlier release
 * counted. Events may go on coming meanwhile. Days whose events are gone by age in part stay as they are.
 * @param dates only these days, all without it; the profile and links are left alone then
 * @returns undefined for an id of which nothing is known
 * @throws StoreError; what `checkTime` throws
 */
export async function recountMember(
  userId: string,
  deps: RecountDeps,
  dates?: Dates,
): Promise<MemberRecount | undefined> {
  if (dates === undefined && isAnonymous(userId)) await deps.identity.moveUnlinkedEvents(userId);
  const stored = new Map((await deps.store.itemsOf(userId)).map((item) => [item['sk']?.S ?? '', item]));
  const log = await readLog(userId, stored, deps);
  if (log.events === 0 && log.unreadable === 0 && stored.size === 0) return undefined;

  const since = new Date(deps.now() - RECENT_MS).toISOString();
  const repaired: RepairedItem[] = [];
  const now = Math.floor(deps.now() / 1000);
  const tasks = findDifferingDays(userId, stored, log, { now, rules: deps.rules.version });
  for (const task of tasks) {
    if (dates !== undefined && !dates.has(task.date)) continue;
    deps.checkTime?.();
    const keys = itemKeysOf(task).map((sk) => ({ userId, sk }));
    const changed = await recountDay(task, itemsOfMember(await deps.store.items(keys), userId), deps);
    const recent = (log.days.get(task.date)?.newest ?? '') >= since;
    repaired.push(...changed.map((sk) => ({ sk, recent })));
  }
  if (dates === undefined) {
    const difference = compareProfile(stored, log.about, now);
    if (difference !== 'none') {
      const arrived = log.about.length > 0;
      await recountProfile({ userId, keys: new Set(), unnamed: true, arrived, expired: false }, deps);
    }
    const recent = log.about.some(({ receivedAt }) => receivedAt >= since);
    if (difference === 'content') repaired.push({ sk: 'profile', recent });
    await linkAll(userId, log.about, deps);
  }
  const keys = new Set(
    [...log.days.keys()].map(dayKey).concat([...log.ties.keys()], [...stored.keys()].filter(isCounted)),
  );
  if (log.about.length > 0) keys.add('profile');
  return { events: log.events, unreadable: log.unreadable, itemsChecked: keys.size, repaired };
}

const isCounted = (sk: string): boolean =>
  sk.startsWith(DAY_PREFIX) || sk.startsWith(TIE_PREFIX) || sk === 'profile';

/** What a member's log comes to. */
interface LogSums {
  events: number;
  unreadable: number;
  days: Map<string, DaySums>;
  /** by sort key and date */
  ties: Map<string, Map<string, Amounts>>;
  /** identify and alias calls */
  about: StoredEvent[];
}

interface DaySums {
  amounts: Amounts;
  main: KeySpan;
  /** keys of the events that lie beside the main part of the day */
  outside: Set<string>;
  /** receipt of the latest event, ISO time */
  newest: string;
  /** seconds since 1970 from which on the first of them may be gone */
  closesAt: number;
  /** parts that the stored day knows of; an event that lies in none of them would not be found */
  parts: ReadonlySet<string>;
  isUncovered: boolean;
}

async function readLog(
  userId: string,
  items: ReadonlyMap<string, Item>,
  { store, rules, checkTime }: RecountDeps,
): Promise<LogSums> {
  const log: LogSums = { events: 0, unreadable: 0, days: new Map(), ties: new Map(), about: [] };
  for await (const page of store.events(userId)) {
    checkTime?.();
    for (const item of page) {
      try {
        addEvent(log, parseEventItem(item), items, rules);
        log.events += 1;
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
        log.unreadable += 1;
      }
    }
  }
  return log;
}

function addEvent(
  log: LogSums,
  stored: StoredEvent,
  items: ReadonlyMap<string, Item>,
  rules: CountingDeps['rules'],
): void {
  if (isAboutProfile(stored)) {
    buildProfile([stored]);
    log.about.push(stored);
  }
  const contribution = computeContribution(stored, rules);
  if (contribution === undefined) return;
  const { date, amounts, tie } = contribution;
  let day = log.days.get(date);
  if (day === undefined) {
    const { parts = {} } = parseDayItem(items.get(dayKey(date)), rules.version);
    day = {
      amounts: {},
      main: mainSpan(rules.calendar, date),
      outside: new Set(),
      newest: '',
      closesAt: Number.POSITIVE_INFINITY,
      parts: new Set(Object.keys(parts)),
      isUncovered: false,
    };
    log.days.set(date, day);
  }
  addAmounts(day.amounts, amounts);
  if (!isInSpan(stored.sk, day.main)) day.outside.add(stored.sk);
  if (stored.receivedAt > day.newest) day.newest = stored.receivedAt;
  day.closesAt = Math.min(day.closesAt, stored.expiresAt);
  day.isUncovered ||= !day.parts.has(findPart(stored.sk, day.parts, day.main));
  if (tie === undefined) return;
  const byDate = log.ties.get(tie.sk) ?? new Map<string, Amounts>();
  log.ties.set(tie.sk, byDate);
  const sums = byDate.get(date) ?? {};
  byDate.set(date, sums);
  addAmounts(sums, { [tie.action]: 1 });
}

/**
 * The days to count again: those whose items differ from the log, or were made by an earlier release or by other rules. A
 * day that only other rules know of is one of them, and comes to nothing.
 */
function findDifferingDays(
  userId: string,
  stored: ReadonlyMap<string, Item>,
  log: LogSums,
  { now, rules }: { now: number; rules: string },
): Iterable<DayTask> {
  const tasks = new Map<string, DayTask & { ties: Set<string> }>();
  const task = (date: string): DayTask & { ties: Set<string> } => {
    const known = tasks.get(date) ?? {
      userId,
      date,
      keys: log.days.get(date)?.outside ?? new Set<string>(),
      ties: new Set<string>(),
      arrived: log.days.has(date),
      expired: false,
      whole: true,
    };
    tasks.set(date, known);
    return known;
  };
  const readStoredDay = (date: string): DayItem => parseDayItem(stored.get(dayKey(date)), rules);
  const storedDates = [...stored.keys()]
    .filter((sk) => sk.startsWith(DAY_PREFIX))
    .map((sk) => sk.slice(DAY_PREFIX.length));
  for (const date of new Set([...log.days.keys(), ...storedDates])) {
    const item = stored.get(dayKey(date));
    if (isClosed(readStoredDay(date), now)) continue;
    const isOld = item !== undefined && !(isCountedFromLog(item) && isCountedBy(item, rules));
    const inLog = log.days.get(date);
    const isStale =
      inLog !== undefined &&
      (inLog.isUncovered || Math.abs((readStoredDay(date).closesAt ?? 0) - inLog.closesAt) > 2 * DAY_SECONDS);
    if (isOld || isStale || !isSameAmounts(item, toItem(inLog?.amounts))) task(date);
  }
  const storedTies = [...stored.keys()].filter((sk) => sk.startsWith(TIE_PREFIX));
  for (const sk of new Set([...log.ties.keys(), ...storedTies])) {
    const { days, daysBefore, closed } = parseTieItem(stored.get(sk), rules);
    if (closed) continue;
    const month = tieMonth(sk);
    const inLog = log.ties.get(sk) ?? new Map<string, Amounts>();
    const known = Object.keys(days ?? daysBefore).map((day) => `${month}-${day}`);
    const open = [...new Set([...inLog.keys(), ...known])].filter(
      (date) => !isClosed(readStoredDay(date), now),
    );
    if (days === undefined) {
      // Counting any day that is open counts all of the tie again.
      const [first = known.length === 0 ? `${month}-01` : undefined] = open;
      if (first !== undefined) task(first).ties.add(sk);
      continue;
    }
    for (const date of open) {
      if (!isSameAmounts(toItem(days[date.slice(-2)]), toItem(inLog.get(date)))) task(date).ties.add(sk);
    }
  }
  return tasks.values();
}

function toItem(amounts: Amounts | undefined): Item | undefined {
  if (amounts === undefined) return undefined;
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, { N: String(amount) }]));
}

/** How a stored profile differs from what the log says: in what it says, or only in how an earlier release kept it. */
function compareProfile(
  stored: ReadonlyMap<string, Item>,
  about: readonly StoredEvent[],
  now: number,
): 'none' | 'form' | 'content' {
  const item = stored.get('profile');
  if (item === undefined) return about.length === 0 ? 'none' : 'content';
  let profile: Profile;
  try {
    profile = parseProfileItem(item);
  } catch (error) {
    if (error instanceof SyntaxError) return 'content';
    throw error;
  }
  const closesAt = item['closesAt']?.N;
  const isAged = isClosed(
    {
      closesAt: closesAt === undefined ? undefined : Number(closesAt),
      expired: item['expired']?.BOOL === true,
    },
    now,
  );
  const aliases = [...stored.keys()]
    .filter((sk) => sk.startsWith(ALIAS_PREFIX))
    .map((sk) => sk.slice(ALIAS_PREFIX.length));
  const known = { ...profile, anonymousIds: [...profile.anonymousIds, ...aliases] };
  const wanted = isAged ? about.reduce(mergeEvent, known) : buildProfile(about);
  if (toComparableText(known) !== toComparableText(wanted)) return 'content';
  return isCountedFromLog(item) ? 'none' : 'form';
}

const toComparableText = ({ traits, anonymousIds }: Profile): string =>
  JSON.stringify([
    Object.entries(traits).sort(([x], [y]) => (x < y ? -1 : 1)),
    [...new Set(anonymousIds)].sort(),
  ]);

/** Does what the stream records of identify and alias calls do, for those that were lost. */
async function linkAll(
  userId: string,
  about: readonly StoredEvent[],
  { identity, checkTime }: RecountDeps,
): Promise<void> {
  if (isAnonymous(userId)) return;
  for (const anonymousId of new Set(about.flatMap(namedAnonymousIds))) {
    checkTime?.();
    await identity.link(anonymousId, userId);
  }
}
