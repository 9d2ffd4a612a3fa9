import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import { dayNumber } from '#lib/features/features.ts';
import { dateOf, lastPeriods, monthNumber, monthText, weekDate, weekNumber } from './periods.ts';
import {
  type Cohort,
  type DailySeries,
  type MonthMetrics,
  type Report,
  ratio,
  type WeekMetrics,
} from './report.ts';
import type { CommunitySums } from './sums.ts';

/** The figures of each day since the first on which anything was counted, at most of the last 800. */
export function dailySeries(sums: CommunitySums): DailySeries {
  const { days, actions, joinedBefore } = sums;
  const length = days.dau.length;
  const first = firstShown(sums);
  const shown = (series: readonly number[]): number[] => series.slice(first);
  return {
    from: dateOf(lastPeriods(sums.asOf).day - length + 1 + first),
    actions: Object.fromEntries(ACTIONS.map((action) => [action, shown(actions[action])])) as Record<
      Action,
      number[]
    >,
    dau: shown(days.dau),
    wau: shown(runningSum(days.wauChanges)),
    mau: shown(runningSum(days.mauChanges)),
    joined: shown(days.joined),
    members: shown(runningSum(days.joined, joinedBefore)),
    revenueMinor: shown(days.revenueMinor),
    payers: shown(days.payers),
    foreignOrders: shown(days.foreignOrders),
    ratings: shown(days.ratings),
    ratingSum: shown(days.ratingSum),
    promoters: shown(days.promoters),
    passives: shown(days.passives),
    detractors: shown(days.detractors),
  };
}

/** Position of the first day with figures; the last day when there are none. */
function firstShown({ asOf, firstDate, days }: CommunitySums): number {
  const length = days.dau.length;
  if (firstDate === null) return length - 1;
  const firstDay = lastPeriods(asOf).day - length + 1;
  return Math.max(0, dayNumber(firstDate) - firstDay);
}

function runningSum(changes: readonly number[], start = 0): number[] {
  let sum = start;
  return changes.map((change) => {
    sum += change;
    return sum;
  });
}

/** Week by week since the first with any figure, at most the last 114. */
export function weeklyMetrics({ asOf, weeks, firstDate }: CommunitySums): WeekMetrics[] {
  const { first, count, over } = shownWeeks(asOf, firstDate, weeks.active.length);
  return Array.from({ length: count }, (_, i) => {
    const at = weeks.active.length - count + i;
    return {
      week: weekDate(first + i),
      complete: over(first + i),
      active: weeks.active[at]!,
      new: weeks.new[at]!,
      returning: weeks.returning[at]!,
      resurrecting: weeks.resurrecting[at]!,
      dormant: weeks.dormant[at]!,
    };
  });
}

/** Those who joined in each of the last 26 weeks, oldest first; weeks in which nobody did are there too. */
export function weeklyCohorts({ asOf, cohorts, firstDate }: CommunitySums): Cohort[] {
  const { first, count, over } = shownWeeks(asOf, firstDate, cohorts.length);
  return Array.from({ length: count }, (_, i) => {
    const active = cohorts[cohorts.length - count + i]!;
    const completeWeeks = active.filter((_, since) => over(first + i + since)).length;
    return { week: weekDate(first + i), size: active[0]!, active: [...active], completeWeeks };
  });
}

/** The number of the first week to show, how many there are up to the last, and which are over by `asOf`. */
function shownWeeks(asOf: string, firstDate: string | null, most: number) {
  const { week: last } = lastPeriods(asOf);
  const earliest = firstDate === null ? last : weekNumber(dayNumber(firstDate));
  const count = Math.min(most, last - earliest + 1);
  const over = (week: number): boolean => week < weekNumber(dayNumber(asOf));
  return { first: last - count + 1, count, over };
}

/**
 * Month by month since the first with any figure, at most the last 26. Retention (留存率) of a month: members active in
 * it who were active in the month before / members active in the month before.
 */
export function monthlyMetrics({ asOf, months, firstDate }: CommunitySums): MonthMetrics[] {
  const { month: last } = lastPeriods(asOf);
  const earliest = firstDate === null ? last : monthNumber(firstDate);
  const kept = months.active.length;
  // The oldest is kept for the retention of the one after.
  const count = Math.min(kept - 1, last - earliest + 1);
  return Array.from({ length: count }, (_, i) => {
    const at = kept - count + i;
    const month = last - count + 1 + i;
    return {
      month: monthText(month),
      complete: month < monthNumber(asOf),
      active: months.active[at]!,
      retention: ratio(months.retained[at]!, months.active[at - 1]!),
      revenueMinor: months.revenueMinor[at]!,
    };
  });
}

/** The last complete month's retention; of no month when none is over. */
export function lastRetention(months: readonly MonthMetrics[]): Report['retention'] {
  const over = months.findLast(({ complete }) => complete);
  return over === undefined ? { ...ratio(0, 0), month: null } : { ...over.retention, month: over.month };
}
