import type { Chart } from '#lib/console/charts/chart.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { DayView, MemberView } from '#lib/scoring/live/member-view.ts';
import { membersMessages } from './messages.ts';

const DAYS = 90;
const QUIET: ReadonlySet<Action> = new Set<Action>(['view', 'learn']);

/** What a member did in the last 90 days, day by day. */
export function memberDaysChart(member: MemberView, { lang, format }: ViewContext): Chart {
  const messages = membersMessages[lang];
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
    title: messages.daily,
    caption: messages.dailyHow,
    columns: [
      { name: messages.date, kind: 'day' },
      { name: messages.acts, kind: 'count' },
      { name: messages.views, kind: 'count' },
      { name: messages.payment, kind: 'money' },
    ],
    rows: member.days.length === 0 ? [] : shown,
    legend: [
      { name: messages.acts, series: 's1' },
      { name: messages.views, series: 's6' },
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
