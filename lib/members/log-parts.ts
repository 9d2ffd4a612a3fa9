import { addDays, type Calendar } from '#lib/events/calendar.ts';

/**
 * Where the events of a day lie in a member's log. The log is sorted by the time that the client sent; the day follows
 * from the corrected time. So nearly all events of a day lie in one stretch of keys, its main part. Parts beside it hold
 * what lies elsewhere (a clock that is wrong, no time at all), or divide the main part of a day that is large. A part is
 * named by what the keys in it begin with, or by `=` and one whole key; no part lies in another.
 */
export const MAIN_PART = '';

/** Keys of the log, both ends included. */
export interface KeySpan {
  from: string;
  to: string;
}

const MINUTE_MS = 60_000;
/** How far a corrected time usually lies from the one sent: a request's way, a phone's clock. */
const MARGIN_MS = 10 * MINUTE_MS;
/** `2026-03-01T13`, or without a time `#` and one letter of the message id: what a part begins with at least. */
const minPrefixLength = (sk: string): number => (sk.startsWith('#') ? 2 : 'YYYY-MM-DDTHH'.length);
const LAST_CHARACTER = '\u{10FFFF}';
const EXACT_PREFIX = '=';

/** The main part of a day (YYYY-MM-DD). */
export function mainSpan(calendar: Calendar, date: string): KeySpan {
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    from: at(calendar.startOf(date) - MARGIN_MS),
    to: at(calendar.startOf(addDays(date, 1)) + MARGIN_MS),
  };
}

/** The keys of a part; `main` is the day's main part. */
export function spanOf(part: string, main: KeySpan): KeySpan {
  if (part === MAIN_PART) return main;
  if (part.startsWith(EXACT_PREFIX)) return { from: part.slice(1), to: part.slice(1) };
  return { from: part, to: part + LAST_CHARACTER };
}

/** Names of parts, however they are kept. */
type PartNames = Pick<ReadonlySet<string>, 'has' | 'keys'>;

/**
 * The part that a key lies in, or a new one that lies in none of the others.
 * @param parts those there are; with `MAIN` among them the main part is undivided
 */
export function findPart(sk: string, parts: PartNames, main: KeySpan): string {
  if (parts.has(MAIN_PART) && isInSpan(sk, main)) return MAIN_PART;
  const others: string[] = [];
  for (const part of parts.keys()) {
    if (part === MAIN_PART) continue;
    if (covers(part, sk)) return part;
    others.push(part.startsWith(EXACT_PREFIX) ? part.slice(1) : part);
  }
  for (let length = minPrefixLength(sk); length <= sk.length; length += 1) {
    const prefix = sk.slice(0, length);
    if (prefix.isWellFormed() && !others.some((other) => other.startsWith(prefix))) return prefix;
  }
  return EXACT_PREFIX + sk;
}

/** Whether a key lies in a span. */
export const isInSpan = (sk: string, { from, to }: KeySpan): boolean => sk >= from && sk <= to;
const covers = (part: string, sk: string): boolean =>
  part.startsWith(EXACT_PREFIX) ? sk === part.slice(1) : sk.startsWith(part);

/**
 * Divides a part that has become too large to be read for every change in it.
 * @param most keys a part may hold
 * @returns the smaller parts, each with its keys
 */
export function dividePart<T extends { sk: string }>(
  part: string,
  events: readonly T[],
  most: number,
): Map<string, T[]> {
  if (events.length <= most || part.startsWith(EXACT_PREFIX)) return new Map([[part, [...events]]]);
  const byPrefix = new Map<string, T[]>();
  for (const event of events) {
    const prefix = extendPrefix(part, event.sk);
    const group = byPrefix.get(prefix);
    if (group === undefined) byPrefix.set(prefix, [event]);
    else group.push(event);
  }
  return new Map([...byPrefix].flatMap(([prefix, group]) => [...dividePart(prefix, group, most)]));
}

/** The next longer beginning of a key. */
function extendPrefix(part: string, sk: string): string {
  const end = Math.max(minPrefixLength(sk), part.length + 1);
  if (sk.length < end) return EXACT_PREFIX + sk;
  const prefix = sk.slice(0, end);
  return prefix.isWellFormed() ? prefix : sk.slice(0, end + 1);
}
