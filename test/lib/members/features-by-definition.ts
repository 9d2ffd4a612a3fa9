import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { MemberDays, OwnFeatures } from '#lib/features/features.ts';

/** The features of a member, each straight from its words, as slowly as it takes. */
export function featuresByDefinition(
  days: MemberDays,
  date: string,
  through: string,
): OwnFeatures | undefined {
  const known = days.filter((day) => day.date <= through);
  const active = known.filter((day) => ACTIONS.some((action) => (day.amounts[action] ?? 0) > 0));
  const [first, last] = [active[0]?.date, active.at(-1)?.date];
  if (first === undefined || last === undefined) return undefined;
  const within = (period: number) => known.filter((day) => day.date >= addDays(date, -period));
  const sum = (list: MemberDays, name: string) =>
    list.reduce((total, day) => total + (day.amounts[name] ?? 0), 0);
  const between = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  const weeks = Array.from({ length: 12 }, (_, n) => addDays(mondayBefore(date), -7 * (n + 1))).filter(
    (monday) => monday >= first,
  );
  const isIn = (monday: string) => active.some((day) => day.date >= monday && day.date < addDays(monday, 7));
  const gaps = active.flatMap((day, i) => {
    const before = active[i - 1];
    if (before === undefined || day.date < addDays(date, -14)) return [];
    const gap = between(before.date, day.date);
    return gap > 1 ? [gap] : [];
  });
  const count30 = (name: string) => sum(within(30), name);
  return {
    posts30: count30('post'),
    replies30: count30('reply'),
    likes30: count30('like'),
    attends30: count30('attend'),
    views30: count30('view'),
    learns30: count30('learn'),
    accepts30: count30('accept'),
    activeDays30: active.filter((day) => day.date >= addDays(date, -30)).length,
    activeDays90: active.filter((day) => day.date >= addDays(date, -90)).length,
    recencyDays: between(last, date),
    tenureDays: between(first, date),
    retention: weeks.length === 0 ? 1 : weeks.filter(isIn).length / weeks.length,
    orders90: sum(within(90), 'order'),
    payment30: count30('paidMinor'),
    payment90: sum(within(90), 'paidMinor'),
    paymentTotal: sum(known, 'paidMinor'),
    feedbackMean: sum(known, 'ratings') > 0 ? sum(known, 'ratingSum') / sum(known, 'ratings') : Number.NaN,
    nightOwlShare: shareAtNight(within(30)),
    interactions30: ['post', 'reply', 'like', 'attend'].reduce((total, name) => total + count30(name), 0),
    retentionWeeks: weeks.length,
    returnGapDays: Math.max(0, ...gaps),
  };
}

/** Unknown unless it is known of every action whether it was done at night. */
function shareAtNight(days: MemberDays): number {
  const sum = (...names: string[]) =>
    days.reduce(
      (total, { amounts }) => total + names.reduce((all, name) => all + (amounts[name] ?? 0), 0),
      0,
    );
  const all = sum(...ACTIONS);
  return all > 0 && sum('nightActions', 'daytimeActions') === all ? sum('nightActions') / all : Number.NaN;
}

function mondayBefore(date: string): string {
  let monday = date;
  while (new Date(monday).getUTCDay() !== 1) monday = addDays(monday, -1);
  return monday;
}
