import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import { dayNumber } from '#lib/features/features.ts';
import { dateOf, lastPeriods } from './periods.ts';
import type { DailySeries } from './report.ts';
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
