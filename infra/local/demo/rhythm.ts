import type { Random } from '#infra/local/host/random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
// China has had one time zone without summer time since 1991.
const OFFSET_MS = 8 * HOUR_MS;

/** The community opened on day 0, and day 119 is today (calendar days in Asia/Shanghai). */
export const TODAY = 119;

/** First and last day of the promotion week (知识节). */
export const PROMOTION = [74, 80] as const;

export const inPromotion = (day: number): boolean => day >= PROMOTION[0] && day <= PROMOTION[1];

/** The demo's 120 days, ending on the day of `now`. */
export interface Days {
  /** milliseconds since 1970 at which a day begins in Asia/Shanghai */
  dayStart(day: number): number;
  /** 0 is Sunday */
  weekdayOf(day: number): number;
  dayAt(ms: number): number;
}

export function daysUpTo(now: Date): Days {
  const today = Math.floor((now.getTime() + OFFSET_MS) / DAY_MS);
  const dayStart = (day: number) => (today - TODAY + day) * DAY_MS - OFFSET_MS;
  return {
    dayStart,
    weekdayOf: (day) => (today - TODAY + day + 4) % 7,
    dayAt: (ms) => Math.floor((ms - dayStart(0)) / DAY_MS),
  };
}

const WEEKDAYS = [1.22, 0.84, 0.88, 0.93, 0.92, 0.98, 1.26];

/** How busy a day is; an average day is 1. */
export const activityLevel = (days: Days, day: number): number =>
  WEEKDAYS[days.weekdayOf(day)]! * (inPromotion(day) ? 1.3 : 1);

//                0  1   2   3   4   5   6  7  8  9  10 11 12 13 14 15 16 17 18 19 20  21  22 23
const WORKDAY = [2, 0.8, 0.3, 0.1, 0.1, 0.3, 1, 4, 6, 4, 3, 3, 6, 5, 3, 3, 3, 3, 4, 7, 11, 12, 9, 5];
const WEEKEND = [3, 1.2, 0.4, 0.2, 0.1, 0.2, 0.6, 2, 4, 6, 7, 6, 5, 5, 6, 7, 7, 6, 5, 7, 10, 11, 9, 5];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** A moment of the day to begin a visit, in milliseconds since 1970; evenings are likeliest. */
export function drawMoment(days: Days, day: number, random: Random): number {
  const weekday = days.weekdayOf(day);
  const weights = weekday === 0 || weekday === 6 ? WEEKEND : WORKDAY;
  const hour = random.weighted(HOURS, (entry) => weights[entry]!);
  return days.dayStart(day) + hour * HOUR_MS + random.between(0, HOUR_MS - 1);
}

/** Keeps a moment on its day, a minute off midnight, so that a slow upload cannot move it to the next one. */
export function clampToDay(days: Days, day: number, ms: number): number {
  return Math.min(ms, days.dayStart(day + 1) - 60_000 - (ms % 1000));
}
