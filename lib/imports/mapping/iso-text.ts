const MINUTE_MS = 60_000;
const CACHED_MINUTES = 50_000;

const minutes = new Map<number, string>();

/**
 * An instant (milliseconds since 1970) as ISO 8601 text in UTC, as `Date.toISOString` gives it. Rows of a log lie
 * close together in time, so most of the text is remembered, which makes it several times faster.
 */
export function formatIso(ms: number): string {
  const minute = Math.floor(ms / MINUTE_MS);
  let start = minutes.get(minute);
  if (start === undefined) {
    if (minutes.size >= CACHED_MINUTES) minutes.clear();
    start = new Date(minute * MINUTE_MS).toISOString().slice(0, 17);
    minutes.set(minute, start);
  }
  const rest = ms - minute * MINUTE_MS;
  const seconds = Math.floor(rest / 1000);
  return `${start}${seconds < 10 ? '0' : ''}${seconds}.${String(rest % 1000).padStart(3, '0')}Z`;
}
