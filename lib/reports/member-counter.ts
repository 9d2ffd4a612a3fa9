import { dayNumber, isActive, type MemberDays } from '#lib/features/features.ts';
import { lastPeriods, monthNumber, weekNumber } from './periods.ts';
import { type CommunitySums, FUNNEL_DAYS } from './sums.ts';

const THEN_DAYS = 30;
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * A function that adds one member after the other to the sums. Its time grows with the member's days, nothing else.
 * @returns takes all days of a member, in order of date, of which those before `asOf` count; and `interactions30`
 */
export function memberCounter(sums: CommunitySums): (days: MemberDays, interactions30: number) => void {
  const { asOf, days: daily, months, funnel } = sums;
  const last = lastPeriods(asOf);
  const firstDay = last.day - daily.dau.length + 1;
  const firstMonth = last.month - months.active.length + 1;
  const series = seriesByAmount(sums);

  return (days, interactions30) => {
    const active: number[] = [];
    let [orders, trials, activeMonth] = [0, 0, NEVER];
    for (const { date, amounts } of days) {
      if (date >= asOf) break;
      const day = dayNumber(date) - firstDay;
      const month = monthNumber(date) - firstMonth;
      for (const name in amounts) add(series[name], day, amounts[name]!);
      const paid = amounts['paidMinor'] ?? 0;
      if (paid > 0) add(daily.payers, day, 1);
      add(months.revenueMinor, month, paid);
      orders += amounts['order'] ?? 0;
      trials += amounts['trial'] ?? 0;
      if (sums.firstDate === null || date < sums.firstDate) sums.firstDate = date;
      if (sums.lastDate === null || date > sums.lastDate) sums.lastDate = date;
      if (!isActive(amounts)) continue;
      active.push(day);
      add(daily.dau, day, 1);
      if (month === activeMonth) continue;
      add(months.active, month, 1);
      if (month === activeMonth + 1) add(months.retained, month, 1);
      activeMonth = month;
    }
    const joined = active[0];
    if (joined === undefined) return;
    sums.members += 1;
    sums.interactions30 += interactions30;
    if (joined < daily.dau.length - THEN_DAYS) sums.membersThen += 1;
    if (joined < 0) sums.joinedBefore += 1;
    else add(daily.joined, joined, 1);
    addSpans(daily.wauChanges, active, 7);
    addSpans(daily.mauChanges, active, 30);
    addWeeks(sums, active, firstDay, last.week);
    if (joined < daily.dau.length - FUNNEL_DAYS) return;
    funnel.joined += 1;
    if (trials > 0) funnel.trial += 1;
    if (orders > 0) funnel.firstOrder += 1;
    if (orders > 1) funnel.secondOrder += 1;
    if (trials > 0 && orders > 0) funnel.trialAndFirstOrder += 1;
  };
}

/** The daily series that each amount of a day item adds to. */
function seriesByAmount({ actions, days }: CommunitySums): Record<string, number[]> {
  const {
    revenueMinor: paidMinor,
    foreignOrders,
    ratings,
    ratingSum,
    promoters,
    passives,
    detractors,
  } = days;
  return { ...actions, paidMinor, foreignOrders, ratings, ratingSum, promoters, passives, detractors };
}

function add(series: number[] | undefined, at: number, amount: number): void {
  if (series !== undefined && at >= 0 && at < series.length) series[at] = series[at]! + amount;
}

/**
 * A member active on a day is active in the `length` days that begin with it: notes where the union of these spans
 * begins and ends, from which a running sum has every day's members, each once.
 */
function addSpans(changes: number[], active: readonly number[], length: number): void {
  let [from, until] = [NEVER, NEVER];
  const close = (): void => {
    if (until <= 0) return;
    add(changes, Math.max(from, 0), 1);
    add(changes, until, -1);
  };
  for (const day of active) {
    if (day > until) {
      close();
      from = day;
    }
    until = day + length;
  }
  close();
}

/** @param active days on which the member was active, counted from `firstDay` */
function addWeeks(
  { weeks, cohorts }: CommunitySums,
  active: readonly number[],
  firstDay: number,
  lastWeek: number,
): void {
  const firstWeek = lastWeek - weeks.active.length + 1;
  let [joined, before] = [NEVER, NEVER];
  let cohort: number[] | undefined;
  for (const day of active) {
    const week = weekNumber(day + firstDay) - firstWeek;
    if (week === before) continue;
    add(weeks.active, week, 1);
    if (joined === NEVER) {
      joined = week;
      cohort = cohorts[week - weeks.active.length + cohorts.length];
      add(weeks.new, week, 1);
    } else if (week === before + 1) add(weeks.returning, week, 1);
    else {
      add(weeks.resurrecting, week, 1);
      add(weeks.dormant, before + 1, 1);
    }
    add(cohort, week - joined, 1);
    before = week;
  }
  add(weeks.dormant, before + 1, 1);
}
