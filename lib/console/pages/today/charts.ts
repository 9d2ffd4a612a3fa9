import type { Chart } from '#lib/console/charts/chart.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { todayMessages } from './messages.ts';

const DAYS = 30;
const CLASSES = ['s1', 's3', 's6', 's4'];
const COLOURS = CLASSES.map((name) => `var(--${name})`);
const GROUPS = ['talk', 'like', 'learn', 'rest'] as const;

const GROUP_OF: Partial<Record<Action, (typeof GROUPS)[number]>> = {
  post: 'talk',
  reply: 'talk',
  accept: 'talk',
  like: 'like',
  view: 'learn',
  learn: 'learn',
};

/** What the community did in the last 30 days, day by day. */
export function doneChart({ daily }: Report, { lang, format }: ViewContext): Chart {
  const messages = todayMessages[lang];
  const days = Math.min(DAYS, daily.dau.length);
  const first = daily.dau.length - days;
  const sums = GROUPS.map((group) =>
    Array.from({ length: days }, (_, i) =>
      ACTIONS.reduce(
        (sum, action) =>
          (GROUP_OF[action] ?? 'rest') === group ? sum + (daily.actions[action][first + i] ?? 0) : sum,
        0,
      ),
    ),
  );
  const dates = Array.from({ length: days }, (_, i) => addDays(daily.from, first + i));
  return {
    id: 'done',
    title: messages.done,
    caption: messages.doneHow,
    columns: [
      { name: messages.day, kind: 'day' },
      ...GROUPS.map((group) => ({ name: messages.groups[group], kind: 'count' as const })),
    ],
    rows: dates.map((date, i) => [date, ...sums.map((series) => series[i] ?? 0)]),
    legend: GROUPS.map((group, i) => ({
      name: messages.groups[group],
      series: CLASSES[i] ?? 's8',
      value: format.count(sums[i]?.reduce((a, b) => a + b, 0)),
    })),
    draw: stackedBars(dates, sums, { label: format.day, short: format.short, colours: COLOURS }),
  };
}
