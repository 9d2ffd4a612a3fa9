import type { Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';

/** A sum of the last 7 days that is unlike the weeks before. */
export interface WeekChange {
  what: Action | 'joined' | 'revenueMinor' | 'payers';
  now: number;
  before: number;
}

const DAYS_PER_WEEK = 7;
const WEEKS_BACK = 8;
const MIN_COUNT = 20;
const MIN_SHARE = 0.08;
const MIN_DEVIATIONS = 1.5;

const COMPARED_ACTIONS = [
  'post',
  'reply',
  'like',
  'attend',
  'accept',
  'learn',
  'order',
  'signup',
  'invite',
  'feedback',
] as const;

/**
 * The largest meaningful change of the week: among the sums of the last 7 days the one that lies furthest, in standard
 * deviations, from the mean of up to eight weeks before, if it also differs from last week's by 8 % and is no trifle.
 * @returns undefined when nothing stands out, or there are fewer than three weeks to compare
 */
export function findWeekChange({ daily }: Report): WeekChange | undefined {
  const candidates = [
    ...COMPARED_ACTIONS.map((action) => [action, daily.actions[action]] as const),
    ['joined', daily.joined] as const,
    ['payers', daily.payers] as const,
    ['revenueMinor', daily.revenueMinor] as const,
  ];
  let [best, furthest] = [undefined as WeekChange | undefined, MIN_DEVIATIONS];
  for (const [what, series] of candidates) {
    const sums = sumWeeks(series);
    const [now, before] = [sums.at(-1) ?? 0, sums.at(-2) ?? 0];
    const past = sums.slice(0, -1);
    const isMoney = what === 'revenueMinor';
    if (past.length < 3 || Math.max(now, before) < (isMoney ? MIN_COUNT * 1_000 : MIN_COUNT)) continue;
    if (Math.abs(now - before) < MIN_SHARE * Math.max(before, 1)) continue;
    const mean = past.reduce((a, b) => a + b, 0) / past.length;
    const spread = Math.sqrt(past.reduce((sum, x) => sum + (x - mean) ** 2, 0) / past.length);
    // A count that never moved still moves by chance; a sum of money has no such scale of its own.
    const deviations = Math.abs(now - mean) / Math.max(spread, isMoney ? mean * 0.1 : Math.sqrt(mean), 1);
    // A change against both last week and the weeks before, and the same way.
    if (deviations > furthest && Math.sign(now - mean) === Math.sign(now - before)) {
      [best, furthest] = [{ what, now, before }, deviations];
    }
  }
  return best;
}

function sumWeeks(series: readonly number[]): number[] {
  const count = Math.min(WEEKS_BACK + 1, Math.floor(series.length / DAYS_PER_WEEK));
  return Array.from({ length: count }, (_, i) => {
    const end = series.length - (count - 1 - i) * DAYS_PER_WEEK;
    return series.slice(end - DAYS_PER_WEEK, end).reduce((a, b) => a + b, 0);
  });
}
