import type { Figure } from '#lib/console/charts/chart.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { DayView, MemberView } from '#lib/scoring/live/view.ts';
import { membersWords } from './messages.ts';

const DAYS = 90;
const QUIET: ReadonlySet<Action> = new Set<Action>(['view', 'learn']);

/** What a member did in the last 90 days, day by day. */
export function memberDaysFigure(member: MemberView, { lang, format }: Look): Figure {
  const words = membersWords[lang];
  const byDate = new Map(member.days.map((day) => [day.date, day]));
  const dates = Array.from({ length: DAYS }, (_, i) => addDays(member.score.asOf, i + 1 - DAYS));
  const acts = dates.map((date) => sum(byDate.get(date), (action) => !QUIET.has(action)));
  const views = dates.map((date) => sum(byDate.get(date), (action) => QUIET.has(action)));
  const shown = dates.map((date, i) => [
    date,
    acts[i] ?? 0,
    views[i] ?? 0,
    byDate.get(date)?.netPaymentMinor ?? 0,
  ]);
  return {
    id: 'days',
    title: words.daily,
    caption: words.dailyHow,
    columns: [
      { name: words.date, kind: 'day' },
      { name: words.acts, kind: 'count' },
      { name: words.views, kind: 'count' },
      { name: words.payment, kind: 'money' },
    ],
    rows: member.days.length === 0 ? [] : shown,
    legend: [
      { name: words.acts, series: 's1' },
      { name: words.views, series: 's6' },
    ],
    draw: stackedBars(dates, [acts, views], {
      label: format.day,
      short: format.short,
      colours: ['var(--s1)', 'var(--s6)'],
    }),
  };
}

const sum = (day: DayView | undefined, counts: (action: Action) => boolean): number =>
  ACTIONS.reduce((total, action) => total + (counts(action) ? (day?.[action] ?? 0) : 0), 0);
