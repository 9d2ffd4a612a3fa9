import type { Chart } from '#lib/console/charts/chart.ts';
import { heatMap } from '#lib/console/charts/heat-map.ts';
import { horizontalBars } from '#lib/console/charts/horizontal-bars.ts';
import { lines } from '#lib/console/charts/lines.ts';
import { seriesClass } from '#lib/console/charts/theme.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import type { Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { trendsMessages } from './messages.ts';
import type { Period } from './period.ts';

const MIN_WEEKS = 8;
const MAX_COHORTS = 16;
const COLOURS = ['var(--s1)', 'var(--s2)', 'var(--s3)', 'var(--s8)'] as const;
const CLASSES = ['s1', 's2', 's3', 's8'] as const;

/** New, returning, resurrecting; dormant below zero. */
export function lifecycleChart(
  { weeks }: Report,
  { from, to }: Period,
  { lang, format }: ViewContext,
): Chart {
  const messages = trendsMessages[lang];
  const within = weeks.filter(({ week }) => week >= from && week <= to);
  const shown =
    within.length >= MIN_WEEKS ? within : weeks.filter(({ week }) => week <= to).slice(-MIN_WEEKS);
  const kinds = ['new', 'returning', 'resurrecting', 'dormant'] as const;
  const last = shown.at(-1);
  return {
    id: 'lifecycle',
    title: messages.lifecycle.title,
    caption: messages.lifecycle.caption,
    note: last?.complete === false ? messages.open : undefined,
    columns: [
      { name: messages.week, kind: 'day' },
      { name: messages.lifecycle.active, kind: 'count' },
      ...kinds.map((kind) => ({ name: messages.lifecycle[kind], kind: 'count' as const })),
    ],
    rows: shown.map((week) => [
      week.week,
      week.active,
      ...kinds.map((kind) => (kind === 'dormant' ? -week[kind] : week[kind])),
    ]),
    legend: kinds.map((kind, k) => ({
      name: messages.lifecycle[kind],
      series: CLASSES[k] ?? seriesClass(k),
    })),
    draw: stackedBars(
      shown.map(({ week }) => week),
      kinds.map((kind) => shown.map((week) => (kind === 'dormant' ? -week[kind] : week[kind]))),
      { label: format.day, short: format.short, open: last?.complete === false ? 1 : 0, colours: COLOURS },
    ),
  };
}

/** How many of those who joined in a week were still active in each week since. */
export function cohortsChart({ cohorts }: Report, { lang, format }: ViewContext): Chart {
  const messages = trendsMessages[lang];
  const shown = cohorts.filter(({ size }) => size > 0).slice(-MAX_COHORTS);
  const most = Math.max(0, ...shown.map(({ active }) => active.length));
  const shareActive = (count: number | undefined, size: number) =>
    count === undefined ? null : count / size;
  return {
    id: 'cohorts',
    title: messages.cohorts.title,
    caption: messages.cohorts.caption,
    note: shown.some(({ active, completeWeeks }) => completeWeeks < active.length)
      ? messages.open
      : undefined,
    columns: [
      { name: messages.cohorts.joined, kind: 'day' },
      { name: messages.cohorts.size, kind: 'count' },
      ...Array.from({ length: most }, (_, k) => ({
        name: messages.cohorts.since(k),
        kind: 'share' as const,
      })),
    ],
    rows: shown.map(({ week, size, active }) => [
      week,
      size,
      ...Array.from({ length: most }, (_, k) => shareActive(active[k], size)),
    ]),
    draw: heatMap({
      rows: shown.map(({ week, size }) => `${format.day(week)}  ${format.count(size)}`),
      columns: Array.from({ length: most }, (_, k) => String(k)),
      cells: shown.flatMap(({ size, active, completeWeeks }, y) =>
        active.map((count, x) => ({ x, y, share: count / size, open: x >= completeWeeks })),
      ),
    }),
  };
}

const MAX_MONTHS = 24;
const MAX_RESTATED = 50;

/** From joining to the second order. */
export function funnelChart({ funnel }: Report, { lang, format }: ViewContext): Chart {
  const messages = trendsMessages[lang].funnel;
  const { steps } = funnel;
  return {
    id: 'funnel',
    title: messages.title,
    caption: messages.caption(format.date(funnel.from)),
    columns: [
      { name: messages.step, kind: 'text' },
      { name: messages.members, kind: 'count' },
      { name: messages.ofJoined, kind: 'share' },
      { name: messages.ofPrevious, kind: 'share' },
    ],
    rows: steps.map(({ step, members, ofJoined, ofPrevious }) => [
      messages.steps[step],
      members,
      ofJoined.value,
      ofPrevious.value,
    ]),
    draw: horizontalBars(
      steps.map(({ step, members, ofJoined }, i) => ({
        name: messages.steps[step],
        value: members,
        text: i === 0 ? format.count(members) : `${format.count(members)} · ${format.share(ofJoined.value)}`,
      })),
    ),
  };
}

/** Retention of the community by calendar month. */
export function monthsChart({ months }: Report, { lang, format }: ViewContext): Chart {
  const messages = trendsMessages[lang];
  const shown = months.slice(-MAX_MONTHS);
  return {
    id: 'months',
    title: messages.months.title,
    caption: messages.months.caption,
    note: shown.at(-1)?.complete === false ? messages.open : undefined,
    columns: [
      { name: messages.month, kind: 'month' },
      { name: messages.months.retention, kind: 'share' },
      { name: messages.months.stayed, kind: 'count' },
      { name: messages.months.of, kind: 'count' },
      { name: messages.months.active, kind: 'count' },
      { name: messages.months.revenue, kind: 'money' },
      { name: messages.months.complete, kind: 'text' },
    ],
    rows: shown.map(({ month, retention, active, revenueMinor, complete }) => [
      month,
      retention.value,
      retention.numerator,
      retention.denominator,
      active,
      revenueMinor,
      complete ? messages.months.yes : messages.months.no,
    ]),
    draw: lines(
      shown.map(({ month }) => month),
      [{ name: messages.months.retention, data: shown.map(({ retention }) => retention.value) }],
      {
        label: (month) => month.slice(2),
        short: format.share,
        most: 1,
        open: shown.at(-1)?.complete === false ? 1 : 0,
      },
    ),
  };
}

/** What late and corrected events changed of the past: a table, nothing to draw. */
export function restatedChart(
  { quality: { restated } }: Report,
  { lang, format }: ViewContext,
): Chart | undefined {
  if (restated.against === null || restated.items.length === 0) return undefined;
  const messages = trendsMessages[lang];
  const figureName = (figure: string): string => {
    const action = figure.replace(/^actions\./, '') as Action;
    return actionNames[lang][action] ?? messages.restated.names[figure] ?? figure;
  };
  return {
    id: 'restated',
    title: messages.restated.title,
    caption: messages.restated.caption(format.date(restated.against)),
    columns: [
      { name: messages.day, kind: 'day' },
      { name: messages.restated.figure, kind: 'text' },
      { name: messages.restated.was, kind: 'count' },
      { name: messages.restated.is, kind: 'count' },
    ],
    rows: restated.items
      .slice(0, MAX_RESTATED)
      .map(({ date, figure, before, after }) => [date, figureName(figure), before, after]),
  };
}
