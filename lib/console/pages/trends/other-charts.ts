import type { Chart } from '#lib/console/charts/chart.ts';
import { horizontalBars } from '#lib/console/charts/horizontal-bars.ts';
import { lines } from '#lib/console/charts/lines.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import type { Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { trendsMessages } from './messages.ts';

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
  const nameOf = (figure: string): string => {
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
      .map(({ date, figure, before, after }) => [date, nameOf(figure), before, after]),
  };
}
