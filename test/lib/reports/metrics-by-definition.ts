import { addDays } from '#lib/events/calendar.ts';
import { isActive } from '#lib/features/features.ts';
import type { Community } from './community.ts';

/** Figures of a community, each straight from its words, as slowly as it takes. */
export function metricsByDefinition(members: Community, asOf: string) {
  const known = members.map((days) => days.filter(({ date }) => date < asOf));
  const active = known.map((days) => days.filter(({ amounts }) => isActive(amounts)).map(({ date }) => date));
  const joined = active.map((dates) => dates[0] ?? '~');
  const count = (is: (member: number) => boolean): number => members.filter((_, i) => is(i)).length;
  const isActiveIn = (member: number, from: string, until: string): boolean =>
    active[member]!.some((date) => date >= from && date < until);
  const isSeenBefore = (member: number, date: string): boolean => joined[member]! < date;
  const sumOn = (date: string, name: string): number =>
    known.flat().reduce((sum, day) => sum + (day.date === date ? (day.amounts[name] ?? 0) : 0), 0);

  return {
    day: (date: string) => {
      const next = addDays(date, 1);
      const within = (days: number) => count((i) => isActiveIn(i, addDays(next, -days), next));
      return {
        dau: within(1),
        wau: within(7),
        mau: within(30),
        joined: count((i) => joined[i] === date),
        members: count((i) => isSeenBefore(i, next)),
        revenueMinor: sumOn(date, 'paidMinor'),
        payers: known.filter((days) =>
          days.some((day) => day.date === date && (day.amounts['paidMinor'] ?? 0) > 0),
        ).length,
        foreignOrders: sumOn(date, 'foreignOrders'),
        ratings: sumOn(date, 'ratings'),
        ratingSum: sumOn(date, 'ratingSum'),
        promoters: sumOn(date, 'promoters'),
        passives: sumOn(date, 'passives'),
        detractors: sumOn(date, 'detractors'),
      };
    },
    posts: (date: string) => sumOn(date, 'post'),
    week: (monday: string) => {
      const [before, next] = [addDays(monday, -7), addDays(monday, 7)];
      const isNow = (i: number) => isActiveIn(i, monday, next);
      const wasBefore = (i: number) => isActiveIn(i, before, monday);
      return {
        active: count(isNow),
        new: count((i) => joined[i]! >= monday && joined[i]! < next),
        returning: count((i) => isNow(i) && wasBefore(i)),
        resurrecting: count((i) => isNow(i) && !wasBefore(i) && isSeenBefore(i, before)),
        dormant: count((i) => wasBefore(i) && !isNow(i)),
      };
    },
    cohort: (monday: string, weeksSince: number) =>
      count(
        (i) =>
          joined[i]! >= monday &&
          joined[i]! < addDays(monday, 7) &&
          isActiveIn(i, addDays(monday, 7 * weeksSince), addDays(monday, 7 * (weeksSince + 1))),
      ),
    month: (month: string) => {
      const isIn = (i: number, which: string) => active[i]!.some((date) => date.startsWith(which));
      const before = addDays(`${month}-01`, -1).slice(0, 7);
      return {
        active: count((i) => isIn(i, month)),
        numerator: count((i) => isIn(i, month) && isIn(i, before)),
        denominator: count((i) => isIn(i, before)),
        revenueMinor: known
          .flat()
          .filter(({ date }) => date.startsWith(month))
          .reduce((sum, { amounts }) => sum + (amounts['paidMinor'] ?? 0), 0),
      };
    },
    funnel: () => {
      const recent = known.filter((_, i) => joined[i] !== '~' && joined[i]! >= addDays(asOf, -90));
      const times = (days: (typeof known)[number], name: string) =>
        days.reduce((sum, { amounts }) => sum + (amounts[name] ?? 0), 0);
      return {
        joined: recent.length,
        trial: recent.filter((days) => times(days, 'trial') > 0).length,
        firstOrder: recent.filter((days) => times(days, 'order') >= 1).length,
        secondOrder: recent.filter((days) => times(days, 'order') >= 2).length,
        trialAndFirstOrder: recent.filter((days) => times(days, 'trial') > 0 && times(days, 'order') >= 1)
          .length,
      };
    },
    members: () => count((i) => active[i]!.length > 0),
    membersThen: () => count((i) => isSeenBefore(i, addDays(asOf, -30))),
  };
}
