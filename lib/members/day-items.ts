import type { Item } from '#lib/events/stored-event.ts';
import { isObject } from '#lib/platform/json.ts';
import { type Amounts, addAmounts } from './contribution.ts';
import { MAIN_PART } from './log-parts.ts';
import { parseAmounts } from './member-items.ts';

const LOG_VERSION_PREFIX = '~';
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** Nothing is counted from the log in the last hour before the first event of a day may be gone: clocks differ. */
const CLOSING_MARGIN_SECONDS = HOUR_SECONDS;
/** A record may be delivered for a day. What came so shortly before a day closed may have been counted after it, so not at all. */
const LATE_MARGIN_SECONDS = CLOSING_MARGIN_SECONDS + DAY_SECONDS;

/** A day of a member as stored (`day#YYYY-MM-DD`). */
export interface DayItem {
  /** what each part of the day in the log comes to; undefined when that is not known, or not read: count all of it */
  parts: Readonly<Record<string, Amounts>> | undefined;
  /** seconds since 1970 from which on events of this day may be gone by age */
  closesAt: number | undefined;
  /** marked by an earlier version: events of this day are gone */
  expired: boolean;
  /** events that came too late to be counted */
  late: number;
}

/** How often in a month a member answered, liked or accepted another (`tie#YYYY-MM#<target>`). */
export interface TieItem {
  /** by day of the month (`07`); undefined when that is not known, or by other rules: count the whole month */
  days: Readonly<Record<string, Amounts>> | undefined;
  /** by day of the month, as it was counted by other rules: of closed days that stays */
  daysBefore: Readonly<Record<string, Amounts>>;
  /** its events are gone in part, and it is not known by day: it stays as it is */
  closed: boolean;
}

/** Whether a day's events may be gone in part. @param now seconds since 1970 */
export const isClosed = (
  { closesAt, expired }: Pick<DayItem, 'closesAt' | 'expired'>,
  now: number,
): boolean => expired || (closesAt !== undefined && closesAt - CLOSING_MARGIN_SECONDS <= now);

/** The time of receipt (ISO) from which on an event came too late for a day. @param closesAt seconds since 1970 */
export const lateSince = (closesAt: number): string =>
  new Date((closesAt - LATE_MARGIN_SECONDS) * 1000).toISOString();

/** How many events came after their day was closed. */
export const lateOf = (item: Item | undefined): number => parseNumber(item?.['late']?.N) ?? 0;

/**
 * Reads a day; no item is a day on which nothing was counted. What does not read, or was counted by other rules, is to be
 * counted again.
 * @param rules version of the rules that are counted by now
 */
export function parseDayItem(item: Item | undefined, rules: string): DayItem {
  return {
    parts: item === undefined ? { [MAIN_PART]: {} } : undefinedIfUnreadable(() => parseDayParts(item, rules)),
    ...parseClosing(item),
    late: lateOf(item),
  };
}

/** When a day closes; this does not depend on rules. */
export const parseClosing = (item: Item | undefined): Pick<DayItem, 'closesAt' | 'expired'> => ({
  closesAt: parseNumber(item?.['closesAt']?.N),
  expired: item?.['expired']?.BOOL === true,
});

function parseDayParts(item: Item, rules: string): Record<string, Amounts> | undefined {
  if (!isCountedFromLog(item) || !isCountedBy(item, rules)) return undefined;
  const parts = item['parts']?.S;
  return parts === undefined ? { [MAIN_PART]: parseAmounts(item) } : parseParts(parts);
}

/** Reads a tie; no item is one without events. @param rules version of the rules that are counted by now */
export function parseTieItem(item: Item | undefined, rules: string): TieItem {
  if (item === undefined) return { days: {}, daysBefore: {}, closed: false };
  const known = parseTieDays(item);
  return {
    days: isCountedBy(item, rules) ? known : undefined,
    daysBefore: known ?? {},
    closed: known === undefined && item['expired']?.BOOL === true,
  };
}

/** What a tie comes to by day of the month, by whatever rules; undefined when that is not known. */
export function parseTieDays(item: Item): Record<string, Amounts> | undefined {
  const days = item['days']?.S;
  if (days === undefined || !isCountedFromLog(item)) return undefined;
  return undefinedIfUnreadable(() => parseParts(days));
}

/** Whether an item was counted by these rules; what an earlier release counted does not say by which. */
export const isCountedBy = (item: Item, rules: string): boolean => item['rules']?.S === rules;

/** What an item is written with. */
interface Written {
  /** the item that it replaces */
  seen: Item | undefined;
  /** version of the rules that it was counted by */
  rules: string;
}

/** The item of a day. */
export function buildDayItem(
  userId: string,
  sk: string,
  { parts, closesAt }: { parts: Readonly<Record<string, Amounts>>; closesAt: number | undefined },
  written: Written,
): Item {
  const isPlain = Object.keys(parts).length === 1 && MAIN_PART in parts;
  return {
    ...buildSummedItem(userId, sk, parts, written),
    ...(isPlain ? {} : { parts: { S: JSON.stringify(parts) } }),
    ...(closesAt === undefined ? {} : { closesAt: { N: String(closesAt) } }),
  };
}

/** The item of a tie. */
export function buildTieItem(
  userId: string,
  sk: string,
  days: Readonly<Record<string, Amounts>>,
  written: Written,
): Item {
  const some = Object.fromEntries(
    Object.entries(days).filter(([, amounts]) => Object.keys(amounts).length > 0),
  );
  return { ...buildSummedItem(userId, sk, some, written), days: { S: JSON.stringify(some) } };
}

function buildSummedItem(
  userId: string,
  sk: string,
  parts: Readonly<Record<string, Amounts>>,
  { seen, rules }: Written,
): Item {
  const sums: Amounts = {};
  for (const amounts of Object.values(parts)) addAmounts(sums, amounts);
  const item: Item = { userId: { S: userId }, sk: { S: sk }, seq: nextVersion(seen), rules: { S: rules } };
  for (const name in sums) if (sums[name] !== 0) item[name] = { N: String(sums[name]) };
  return item;
}

/** A stored day that is closed from now on, with the number of events that came too late for it. */
export const closeDay = (item: Item, closesAt: number, late: number): Item => ({
  ...item,
  closesAt: { N: String(closesAt) },
  ...(late === 0 ? {} : { late: { N: String(late) } }),
  seq: nextVersion(item),
});

/**
 * The version that a write gives to an item; a write stands only on the version that it has read. Earlier releases kept
 * sequence numbers here, and left alone what was above theirs: to them every version of ours is.
 */
export function nextVersion(seen: Item | undefined): { S: string } {
  const version = seen?.['seq']?.S ?? '';
  const number = version.startsWith(LOG_VERSION_PREFIX)
    ? Number(version.slice(LOG_VERSION_PREFIX.length))
    : 0;
  return { S: `${LOG_VERSION_PREFIX}${number + 1}` };
}

/** Whether an item was counted from the log; earlier releases added up what came. */
export const isCountedFromLog = (item: Item): boolean =>
  item['seq']?.S?.startsWith(LOG_VERSION_PREFIX) === true;

/** Whether two items count the same; no item is like one that counts nothing, and one that does not read like no other. */
export function isSameAmounts(a: Item | undefined, b: Item | undefined): boolean {
  const text = (item: Item | undefined): string | undefined =>
    item === undefined
      ? '[]'
      : undefinedIfUnreadable(() =>
          JSON.stringify(Object.entries(parseAmounts(item)).sort(([x], [y]) => (x < y ? -1 : 1))),
        );
  return text(a) !== undefined && text(a) === text(b);
}

function parseParts(json: string): Record<string, Amounts> {
  const parts: unknown = JSON.parse(json);
  if (!isObject(parts)) throw new SyntaxError('member item: its parts are none');
  for (const amounts of Object.values(parts)) {
    const isSound = isObject(amounts) && Object.values(amounts).every(Number.isSafeInteger);
    if (!isSound) throw new SyntaxError('member item: a part of it has no amounts');
  }
  return parts as Record<string, Amounts>;
}

function undefinedIfUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && Number.isFinite(number) ? number : undefined;
}
