import type { Figure } from '#lib/console/charts/chart.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { todayWords } from './messages.ts';

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
export function doneFigure({ daily }: Report, { lang, format }: Look): Figure {
  const words = todayWords[lang];
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
    title: words.done,
    caption: words.doneHow,
    columns: [
      { name: words.day, kind: 'day' },
      ...GROUPS.map((group) => ({ name: words.groups[group], kind: 'count' as const })),
    ],
    rows: dates.map((date, i) => [date, ...sums.map((series) => series[i] ?? 0)]),
    legend: GROUPS.map((group, i) => ({
      name: words.groups[group],
      series: CLASSES[i] ?? 's8',
      value: format.count(sums[i]?.reduce((a, b) => a + b, 0)),
    })),
    draw: stackedBars(dates, sums, { label: format.day, short: format.short, colours: COLOURS }),
  };
}
