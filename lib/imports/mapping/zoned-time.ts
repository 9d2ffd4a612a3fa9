const DAY_MS = 86_400_000;
// No zone changes its offset within a quarter of an hour (since 1972), so one answer serves all of it.
const QUARTER_MS = 900_000;
const CACHED_QUARTERS = 50_000;

/**
 * When a clock on the wall of a zone shows a time. A time that the clock skips in spring is read as if it had not
 * been moved yet (02:30 → 03:30); of a time that it shows twice in autumn the first one is meant. Temporal does the
 * same.
 * @param timeZone IANA name
 * @returns wall time (as if it were UTC) → instant, both in milliseconds since 1970
 * @throws RangeError when the zone is unknown
 */
export function wallTimeConverter(timeZone: string): (wallMs: number) => number {
  const offsetAt = offsetLookup(timeZone);
  const ofQuarters = new Map<number, number>();
  return (wallMs) => {
    const quarter = Math.floor(wallMs / QUARTER_MS);
    let offset = ofQuarters.get(quarter);
    if (offset === undefined) {
      if (ofQuarters.size >= CACHED_QUARTERS) ofQuarters.clear();
      offset = findWallOffset(quarter * QUARTER_MS, offsetAt);
      ofQuarters.set(quarter, offset);
    }
    return wallMs - offset;
  };
}

function findWallOffset(wallMs: number, offsetAt: (ms: number) => number): number {
  const before = offsetAt(wallMs - DAY_MS);
  const after = offsetAt(wallMs + DAY_MS);
  const fits = (offset: number): boolean => offsetAt(wallMs - offset) === offset;
  if (fits(before)) return before;
  return fits(after) ? after : before;
}

function offsetLookup(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (ms) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  };
}
