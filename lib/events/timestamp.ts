const ISO_8601 =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HOUR_ONLY_OFFSET = /[+-]\d{2}$/;
const BARE_OFFSET = /([+-]\d{2})(\d{2})$/;
const DAY_MS = 86_400_000;
// Times outside these years would break the order of sort keys, and no member's app means them.
const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(9999, 11, 31);

/** Whether a text is a time as `Date.prototype.toISOString` writes it, which is what most SDKs send. */
export const isCanonicalTime = (text: string): boolean => CANONICAL.test(text);

/**
 * Reads an ISO 8601 date or date-time; without an offset it is UTC.
 * @returns milliseconds since 1970, or undefined when it is no such time or lies outside 1970–9999
 */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(isCanonicalTime(value) ? value : normalizeTimestamp(value));
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : undefined;
}

/** The same time in the form that every engine reads; empty when it is not ISO 8601. */
function normalizeTimestamp(value: string): string {
  const match = ISO_8601.exec(value);
  if (match === null) return '';
  const offset = match[1];
  const text = value.replace(' ', 'T').replace(',', '.').replace('z', 'Z');
  if (offset === undefined) return text.length > 10 ? `${text}Z` : text;
  if (BARE_OFFSET.test(offset)) return text.replace(BARE_OFFSET, '$1:$2');
  return HOUR_ONLY_OFFSET.test(offset) && offset.length === 3 ? `${text}:00` : text;
}

/**
 * When an event happened on the server's clock: receivedAt − (sentAt − original), as Segment corrects for
 * clocks that are wrong. All in milliseconds since 1970.
 * @returns the time, and whether it was impossible (over 24 h ahead, or before 1970) and replaced by `receivedAt`
 */
export function correctClockSkew(
  original: number,
  sentAt: number | undefined,
  receivedAt: number,
): { at: number; clamped: boolean } {
  const at = sentAt === undefined ? original : receivedAt - (sentAt - original);
  if (at < EARLIEST_MS || at > receivedAt + DAY_MS) return { at: receivedAt, clamped: true };
  return { at, clamped: false };
}
