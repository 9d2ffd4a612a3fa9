import type { Chart, Column } from '#lib/console/charts/chart.ts';
import { lines } from '#lib/console/charts/lines.ts';
import { seriesClass } from '#lib/console/charts/theme.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { trendsMessages } from './messages.ts';
import { type Bucket, meanIn, type Period, sumIn } from './period.ts';

const SHOWN: readonly Action[] = ['post', 'reply', 'like', 'attend', 'accept', 'view', 'learn'];
const REST = ACTIONS.filter((action) => !SHOWN.includes(action));

/** Actions by kind over a period. */
export function actionsChart({ daily }: Report, period: Period, { lang, format }: ViewContext): Chart {
  const messages = trendsMessages[lang];
  const names = actionNames[lang];
  const { buckets, before } = period;
  const perAction = ACTIONS.map((action) => buckets.map((bucket) => sumIn(daily.actions[action], bucket)));
  const drawnSeries = [
    ...SHOWN.map((action) => perAction[ACTIONS.indexOf(action)]!),
    buckets.map((_, i) =>
      REST.reduce((sum, action) => sum + (perAction[ACTIONS.indexOf(action)]?.[i] ?? 0), 0),
    ),
  ];
  const totals = buckets.map((_, i) => perAction.reduce((sum, series) => sum + (series[i] ?? 0), 0));
  const past = before?.map((bucket) =>
    ACTIONS.reduce((sum, action) => sum + sumIn(daily.actions[action], bucket), 0),
  );
  return {
    id: 'actions',
    title: messages.actions.title,
    caption: messages.actions.caption,
    note: isOpen(buckets) ? messages.open : undefined,
    columns: [
      timeColumn(period, lang),
      ...ACTIONS.map((action) => ({ name: names[action], kind: 'count' as const })),
      { name: messages.total, kind: 'count' },
      ...(past === undefined ? [] : [{ name: messages.before, kind: 'count' as const }]),
    ],
    rows: buckets.map(({ name }, i) => [
      name,
      ...perAction.map((series) => series[i] ?? 0),
      totals[i] ?? 0,
      ...(past === undefined ? [] : [past[i] ?? 0]),
    ]),
    legend: [
      ...[...SHOWN.map((action) => names[action]), messages.rest].map((name, i) => ({
        name,
        series: seriesClass(i),
        value: format.count(total(drawnSeries[i] ?? [])),
      })),
      ...(past === undefined
        ? []
        : [{ name: messages.before, series: 'past', value: format.count(total(past)) }]),
    ],
    draw: stackedBars(bucketNames(buckets), drawnSeries, {
      label: labelFormatter(period, format),
      short: format.short,
      open: openCount(buckets),
      ...(past && { over: past }),
    }),
    ranged: period.grain === 'day',
  };
}

/** Active members of a day, of 7 and of 30 days. */
export function activeChart({ daily }: Report, period: Period, { lang, format }: ViewContext): Chart {
  const messages = trendsMessages[lang];
  const { buckets, before } = period;
  const kinds = ['dau', 'wau', 'mau'] as const;
  const series = kinds.map((kind) => buckets.map((bucket) => Math.round(meanIn(daily[kind], bucket))));
  const past = before?.map((bucket) => Math.round(meanIn(daily.mau, bucket)));
  return {
    id: 'active',
    title: messages.active.title,
    caption: messages.active.caption,
    columns: [
      timeColumn(period, lang),
      ...kinds.map((kind) => ({ name: messages.active[kind], kind: 'count' as const })),
      ...(past === undefined
        ? []
        : [{ name: `${messages.active.mau} · ${messages.before}`, kind: 'count' as const }]),
    ],
    rows: buckets.map(({ name }, i) => [
      name,
      ...series.map((values) => values[i] ?? 0),
      ...(past === undefined ? [] : [past[i] ?? 0]),
    ]),
    draw: lines(
      bucketNames(buckets),
      [
        ...kinds.map((kind, k) => ({ name: messages.active[kind], data: series[k] ?? [] })),
        ...(past === undefined ? [] : [{ name: messages.before, data: past, faint: true }]),
      ],
      { label: labelFormatter(period, format), short: format.short },
    ),
    ranged: period.grain === 'day',
  };
}

/** Payments less refunds. */
export function revenueChart(
  { daily, currency }: Report,
  period: Period,
  { lang, format }: ViewContext,
): Chart {
  const messages = trendsMessages[lang];
  const { buckets, before } = period;
  const net = buckets.map((bucket) => sumIn(daily.revenueMinor, bucket));
  const past = before?.map((bucket) => sumIn(daily.revenueMinor, bucket));
  return {
    id: 'revenue',
    title: `${messages.revenue.title} (${currency})`,
    caption: messages.revenue.caption,
    note: isOpen(buckets) ? messages.open : undefined,
    columns: [
      timeColumn(period, lang),
      { name: messages.revenue.net, kind: 'money' },
      { name: messages.revenue.payers, kind: 'count' },
      { name: messages.revenue.foreign, kind: 'count' },
      ...(past === undefined ? [] : [{ name: messages.before, kind: 'money' as const }]),
    ],
    rows: buckets.map((bucket, i) => [
      bucket.name,
      net[i] ?? 0,
      sumIn(daily.payers, bucket),
      sumIn(daily.foreignOrders, bucket),
      ...(past === undefined ? [] : [past[i] ?? 0]),
    ]),
    ...(past && {
      legend: [
        { name: messages.revenue.net, series: 's1', value: format.money(total(net)) },
        { name: messages.before, series: 'past', value: format.money(total(past)) },
      ],
    }),
    draw: stackedBars(bucketNames(buckets), [net.map(format.major)], {
      label: labelFormatter(period, format),
      short: format.short,
      open: openCount(buckets),
      ...(past && { over: past.map(format.major) }),
    }),
    ranged: period.grain === 'day',
  };
}

const total = (series: readonly number[]): number => series.reduce((a, b) => a + b, 0);
const bucketNames = (buckets: readonly Bucket[]): string[] => buckets.map(({ name }) => name);
const openCount = (buckets: readonly Bucket[]): number => (buckets.at(-1)?.complete === false ? 1 : 0);
const isOpen = (buckets: readonly Bucket[]): boolean => openCount(buckets) > 0;

function timeColumn({ grain }: Period, lang: ViewContext['lang']): Column {
  return { name: trendsMessages[lang][grain], kind: grain === 'month' ? 'month' : 'day' };
}

const labelFormatter =
  ({ grain }: Period, format: ViewContext['format']) =>
  (name: string) =>
    grain === 'month' ? name : format.day(name);
