import { dayNumber } from '#lib/features/features.ts';
import { lastPeriods, weekDate, weekNumber } from './periods.ts';
import type { Cohort, WeekMetrics } from './report.ts';
import type { CommunitySums } from './sums.ts';

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
