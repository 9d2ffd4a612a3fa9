const MINUTE_MS = 60_000;
// No zone changes its offset within a quarter of an hour, so one offset serves all of it.
const QUARTER_HOUR_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
const MAX_CACHED_QUARTERS = 50_000;

/** Calendar days in one time zone. Dates are `YYYY-MM-DD`. */
export interface Calendar {
  readonly timeZone: string;
  /** the date of an instant (milliseconds since 1970) */
  dateAt(ms: number): string;
  /** what a clock on the wall shows at an instant, in milliseconds since midnight */
  timeOfDayAt(ms: number): number;
  /** the instant at which a date begins, in milliseconds since 1970 */
  startOf(date: string): number;
}

/**
 * The calendar of an IANA time zone.
 * @throws RangeError when the zone is unknown
 */
export function createCalendar(timeZone: string): Calendar {
  // A formatter takes 20 ms to make: a function that starts makes it with the first date it needs.
  let format = isCanonicalZone(timeZone) ? undefined : createFormat(timeZone);
  const offsets = new Map<number, number>();

  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER_HOUR_MS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size >= MAX_CACHED_QUARTERS) offsets.clear();
      format ??= createFormat(timeZone);
      offset = computeOffset(format, quarter * QUARTER_HOUR_MS);
      offsets.set(quarter, offset);
    }
    return offset;
  };

  return {
    timeZone,
    dateAt: (ms) => new Date(ms + offsetAt(ms)).toISOString().slice(0, 10),
    timeOfDayAt: (ms) => (((ms + offsetAt(ms)) % DAY_MS) + DAY_MS) % DAY_MS,
    startOf: (date) => {
      const utc = Date.parse(date);
      const guess = utc - offsetAt(utc);
      return utc - offsetAt(guess);
    },
  };
}

/** Whether a zone is among those that need no further check; names like `UTC` and `PRC` are known, but not listed. */
const isCanonicalZone = (timeZone: string): boolean => Intl.supportedValuesOf('timeZone').includes(timeZone);

const createFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });

function computeOffset(format: Intl.DateTimeFormat, ms: number): number {
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = value;
  const local = Date.parse(
    `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}Z`,
  );
  return local - ms;
}

/** The date `days` after (or, negative, before) another. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a day that there is, as YYYY-MM-DD. */
export const isCalendarDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
