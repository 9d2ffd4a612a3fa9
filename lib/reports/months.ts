import { lastPeriods, monthNumber, monthText } from './periods.ts';
import { ratio } from './ratio.ts';
import type { MonthMetrics, Report } from './report.ts';
import type { CommunitySums } from './sums.ts';

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
