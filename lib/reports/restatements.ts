import { dayNumber } from '#lib/features/features.ts';
import { dateOf } from './periods.ts';
import type { DailySeries, Report, Restatement } from './report.ts';
import { HISTORY_DAYS } from './sums.ts';

type Restated = Report['quality']['restated'];
type Counted = Pick<Report, 'asOf' | 'timeZone' | 'currency' | 'daily'>;

const MAX_ITEMS = 500;
// These follow from `dau` and `joined` of other days: one late event would restate a month of them.
const DERIVED: ReadonlySet<string> = new Set(['wau', 'mau', 'members']);

/**
 * What the days that two reports both cover have become since the earlier one: a late, corrected or removed event
 * changes the day that it belongs to. `wau`, `mau` and `members` follow and are not listed.
 * @param before the newest report of an earlier date; none, or one that counted in another time zone or currency, gives
 *   nothing to compare with
 */
export function findRestatements(before: Counted | undefined, now: Counted): Restated {
  if (before === undefined || before.timeZone !== now.timeZone || before.currency !== now.currency) {
    return { against: null, changes: 0, items: [] };
  }
  const items: Restatement[] = [];
  const [then, today] = [seriesByName(before.daily), seriesByName(now.daily)];
  const [thenFrom, nowFrom] = [dayNumber(before.daily.from), dayNumber(now.daily.from)];
  const reach = dayNumber(now.asOf) - HISTORY_DAYS;
  for (let day = Math.max(reach, Math.min(thenFrom, nowFrom)); day < dayNumber(before.asOf); day += 1) {
    for (const [figure, series] of today) {
      // Both reports reach back to here, so a day before the first that one covers was one of zeros.
      const was = then.get(figure)?.[day - thenFrom] ?? 0;
      const is = series[day - nowFrom] ?? 0;
      if (was !== is) items.push({ date: dateOf(day), figure, before: was, after: is });
    }
  }
  items.sort((a, b) => (a.date === b.date ? (a.figure < b.figure ? -1 : 1) : a.date > b.date ? -1 : 1));
  return { against: before.asOf, changes: items.length, items: items.slice(0, MAX_ITEMS) };
}

/** Each daily figure by the name that a restatement calls it: `revenueMinor`, `actions.post`. */
function seriesByName({ from: _, actions, ...figures }: DailySeries): Map<string, readonly number[]> {
  const named = [
    ...Object.entries(actions).map(([action, series]) => [`actions.${action}`, series] as const),
    ...Object.entries(figures).filter(([figure]) => !DERIVED.has(figure)),
  ];
  return new Map(named);
}
