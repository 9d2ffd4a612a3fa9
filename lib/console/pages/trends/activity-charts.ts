import type { Column, Figure } from '#lib/console/charts/chart.ts';
import { lines } from '#lib/console/charts/lines.ts';
import { seriesClass } from '#lib/console/charts/theme.ts';
import { stackedBars } from '#lib/console/charts/vertical-bars.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { actionWords } from '#lib/console/messages/names.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { trendsWords } from './messages.ts';
import { type Bucket, meanIn, type Period, sumIn } from './period.ts';

const SHOWN: readonly Action[] = ['post', 'reply', 'like', 'attend', 'accept', 'view', 'learn'];
const REST = ACTIONS.filter((action) => !SHOWN.includes(action));

/** Actions by kind over a period. */
export function actionsFigure({ daily }: Report, period: Period, { lang, format }: Look): Figure {
  const words = trendsWords[lang];
  const names = actionWords[lang];
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
    title: words.actions.title,
    caption: words.actions.caption,
    note: isOpen(buckets) ? words.open : undefined,
    columns: [
      timeColumn(period, lang),
      ...ACTIONS.map((action) => ({ name: names[action], kind: 'count' as const })),
      { name: words.total, kind: 'count' },
      ...(past === undefined ? [] : [{ name: words.before, kind: 'count' as const }]),
    ],
    rows: buckets.map(({ name }, i) => [
      name,
      ...perAction.map((series) => series[i] ?? 0),
      totals[i] ?? 0,
      ...(past === undefined ? [] : [past[i] ?? 0]),
    ]),
    legend: [
      ...[...SHOWN.map((action) => names[action]), words.rest].map((name, i) => ({
        name,
        series: seriesClass(i),
        value: format.count(total(drawnSeries[i] ?? [])),
      })),
      ...(past === undefined
        ? []
        : [{ name: words.before, series: 'past', value: format.count(total(past)) }]),
    ],
    draw: stackedBars(namesOf(buckets), drawnSeries, {
      label: labelOf(period, format),
      short: format.short,
      open: openCount(buckets),
      ...(past && { over: past }),
    }),
    ranged: period.grain === 'day',
  };
}

/** Active members of a day, of 7 and of 30 days. */
export function activeFigure({ daily }: Report, period: Period, { lang, format }: Look): Figure {
  const words = trendsWords[lang];
  const { buckets, before } = period;
  const kinds = ['dau', 'wau', 'mau'] as const;
  const series = kinds.map((kind) => buckets.map((bucket) => Math.round(meanIn(daily[kind], bucket))));
  const past = before?.map((bucket) => Math.round(meanIn(daily.mau, bucket)));
  return {
    id: 'active',
    title: words.active.title,
    caption: words.active.caption,
    columns: [
      timeColumn(period, lang),
      ...kinds.map((kind) => ({ name: words.active[kind], kind: 'count' as const })),
      ...(past === undefined
        ? []
        : [{ name: `${words.active.mau} · ${words.before}`, kind: 'count' as const }]),
    ],
    rows: buckets.map(({ name }, i) => [
      name,
      ...series.map((values) => values[i] ?? 0),
      ...(past === undefined ? [] : [past[i] ?? 0]),
    ]),
    draw: lines(
      namesOf(buckets),
      [
        ...kinds.map((kind, k) => ({ name: words.active[kind], data: series[k] ?? [] })),
        ...(past === undefined ? [] : [{ name: words.before, data: past, faint: true }]),
      ],
      { label: labelOf(period, format), short: format.short },
    ),
    ranged: period.grain === 'day',
  };
}

/** Payments less refunds. */
export function revenueFigure({ daily, currency }: Report, period: Period, { lang, format }: Look): Figure {
  const words = trendsWords[lang];
  const { buckets, before } = period;
  const net = buckets.map((bucket) => sumIn(daily.revenueMinor, bucket));
  const past = before?.map((bucket) => sumIn(daily.revenueMinor, bucket));
  return {
    id: 'revenue',
    title: `${words.revenue.title} (${currency})`,
    caption: words.revenue.caption,
    note: isOpen(buckets) ? words.open : undefined,
    columns: [
      timeColumn(period, lang),
      { name: words.revenue.net, kind: 'money' },
      { name: words.revenue.payers, kind: 'count' },
      { name: words.revenue.foreign, kind: 'count' },
      ...(past === undefined ? [] : [{ name: words.before, kind: 'money' as const }]),
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
        { name: words.revenue.net, series: 's1', value: format.money(total(net)) },
        { name: words.before, series: 'past', value: format.money(total(past)) },
      ],
    }),
    draw: stackedBars(namesOf(buckets), [net.map(format.major)], {
      label: labelOf(period, format),
      short: format.short,
      open: openCount(buckets),
      ...(past && { over: past.map(format.major) }),
    }),
    ranged: period.grain === 'day',
  };
}

const total = (series: readonly number[]): number => series.reduce((a, b) => a + b, 0);
const namesOf = (buckets: readonly Bucket[]): string[] => buckets.map(({ name }) => name);
const openCount = (buckets: readonly Bucket[]): number => (buckets.at(-1)?.complete === false ? 1 : 0);
const isOpen = (buckets: readonly Bucket[]): boolean => openCount(buckets) > 0;

function timeColumn({ grain }: Period, lang: Look['lang']): Column {
  return { name: trendsWords[lang][grain], kind: grain === 'month' ? 'month' : 'day' };
}

const labelOf =
  ({ grain }: Period, format: Look['format']) =>
  (name: string) =>
    grain === 'month' ? name : format.day(name);
