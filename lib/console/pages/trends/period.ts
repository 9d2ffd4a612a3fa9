import { addDays } from '#lib/events/calendar.ts';
import { dayNumber, mondayOf } from '#lib/features/features.ts';

export const GRAINS = ['day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];
export const SPANS = [30, 90, 180, 365] as const;

/** A day, week or month of a period: places `first` to `last` (inclusive) of the report's daily series. */
export interface Bucket {
  /** its first day, YYYY-MM-DD, or its month, YYYY-MM */
  name: string;
  first: number;
  last: number;
  /** false for a week or month that the period cuts, or that is not over */
  complete: boolean;
}

/** What of the daily series is looked at. */
export interface Period {
  from: string;
  to: string;
  grain: Grain;
  buckets: Bucket[];
  /** the same number of days before it, bucket by bucket; undefined when not asked for, or not all there */
  before: Bucket[] | undefined;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const DEFAULT_DAYS = 90;

/**
 * The period that a query asks for: `days`, or `from` and `to`; `by` day, week or month; `compare`.
 * What makes no sense is put right rather than refused: it is only an address.
 * @param first first date of the series
 * @param days length of the series
 */
export function parsePeriod(query: URLSearchParams, first: string, days: number): Period {
  const last = addDays(first, Math.max(days, 1) - 1);
  const to = clampDate(query.get('to'), first, last, last);
  const asked = Number(query.get('days') ?? DEFAULT_DAYS);
  const span = Number.isInteger(asked) && asked > 0 && asked <= 10_000 ? asked : DEFAULT_DAYS;
  const from = clampDate(query.get('from'), first, to, later(first, addDays(to, 1 - span)));
  const grain =
    GRAINS.find((one) => one === query.get('by')) ??
    (span > 120 || countDays(from, to) > 120 ? 'week' : 'day');
  const start = dayNumber(from) - dayNumber(first);
  const end = dayNumber(to) - dayNumber(first);
  const buckets = buildBuckets(first, start, end, grain);
  const length = end - start + 1;
  const wantsBefore = query.get('compare') === '1' && start - length >= 0;
  return {
    from,
    to,
    grain,
    buckets,
    before: wantsBefore ? buckets.map((bucket) => shiftBucket(bucket, -length, first)) : undefined,
  };
}

/** The sum of a series over a bucket. */
export function sumIn(series: readonly number[], { first, last }: Bucket): number {
  let sum = 0;
  for (let i = first; i <= last; i += 1) sum += series[i] ?? 0;
  return sum;
}

/** The mean of a series over a bucket. */
export const meanIn = (series: readonly number[], bucket: Bucket): number =>
  sumIn(series, bucket) / (bucket.last - bucket.first + 1);

function buildBuckets(first: string, start: number, end: number, grain: Grain): Bucket[] {
  if (grain === 'day') {
    return Array.from({ length: end - start + 1 }, (_, i) => ({
      name: addDays(first, start + i),
      first: start + i,
      last: start + i,
      complete: true,
    }));
  }
  const zero = dayNumber(first);
  const buckets: Bucket[] = [];
  for (let i = start; i <= end; ) {
    const date = addDays(first, i);
    const begins = grain === 'week' ? mondayOf(zero + i) - zero : i + 1 - Number(date.slice(8));
    const ends = grain === 'week' ? begins + 6 : begins + daysInMonth(date) - 1;
    const last = Math.min(ends, end);
    buckets.push({
      name: grain === 'week' ? addDays(first, begins) : date.slice(0, 7),
      first: i,
      last,
      complete: begins >= start && ends <= end,
    });
    i = last + 1;
  }
  return buckets;
}

const shiftBucket = (bucket: Bucket, days: number, first: string): Bucket => ({
  ...bucket,
  name: addDays(first, bucket.first + days),
  first: bucket.first + days,
  last: bucket.last + days,
});

const daysInMonth = (date: string): number =>
  new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
const countDays = (from: string, to: string): number => dayNumber(to) - dayNumber(from) + 1;
const later = (a: string, b: string): string => (a > b ? a : b);

function clampDate(text: string | null, least: string, most: string, otherwise: string): string {
  if (text === null || !DATE.test(text) || Number.isNaN(Date.parse(text))) return otherwise;
  return text < least ? least : text > most ? most : text;
}
