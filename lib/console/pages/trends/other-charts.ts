import type { Figure } from '#lib/console/charts/chart.ts';
import { sideBars } from '#lib/console/charts/horizontal-bars.ts';
import { lines } from '#lib/console/charts/lines.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { actionWords } from '#lib/console/messages/names.ts';
import type { Action } from '#lib/events/taxonomy.ts';
import type { Report } from '#lib/reports/report.ts';
import { trendsWords } from './messages.ts';

const MOST_MONTHS = 24;
const MOST_RESTATED = 50;

/** From joining to the second order. */
export function funnelFigure({ funnel }: Report, { lang, format }: Look): Figure {
  const words = trendsWords[lang].funnel;
  const { steps } = funnel;
  return {
    id: 'funnel',
    title: words.title,
    caption: words.caption(format.date(funnel.from)),
    columns: [
      { name: words.step, kind: 'text' },
      { name: words.members, kind: 'count' },
      { name: words.ofJoined, kind: 'share' },
      { name: words.ofPrevious, kind: 'share' },
    ],
    rows: steps.map(({ step, members, ofJoined, ofPrevious }) => [
      words.steps[step],
      members,
      ofJoined.value,
      ofPrevious.value,
    ]),
    draw: sideBars(
      steps.map(({ step, members, ofJoined }, i) => ({
        name: words.steps[step],
        value: members,
        text: i === 0 ? format.count(members) : `${format.count(members)} · ${format.share(ofJoined.value)}`,
      })),
    ),
  };
}

/** Retention of the community by calendar month. */
export function monthsFigure({ months }: Report, { lang, format }: Look): Figure {
  const words = trendsWords[lang];
  const shown = months.slice(-MOST_MONTHS);
  return {
    id: 'months',
    title: words.months.title,
    caption: words.months.caption,
    note: shown.at(-1)?.complete === false ? words.open : undefined,
    columns: [
      { name: words.month, kind: 'month' },
      { name: words.months.retention, kind: 'share' },
      { name: words.months.stayed, kind: 'count' },
      { name: words.months.of, kind: 'count' },
      { name: words.months.active, kind: 'count' },
      { name: words.months.revenue, kind: 'money' },
      { name: words.months.complete, kind: 'text' },
    ],
    rows: shown.map(({ month, retention, active, revenueMinor, complete }) => [
      month,
      retention.value,
      retention.numerator,
      retention.denominator,
      active,
      revenueMinor,
      complete ? words.months.yes : words.months.no,
    ]),
    draw: lines(
      shown.map(({ month }) => month),
      [{ name: words.months.retention, data: shown.map(({ retention }) => retention.value) }],
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
export function restatedFigure(
  { quality: { restated } }: Report,
  { lang, format }: Look,
): Figure | undefined {
  if (restated.against === null || restated.items.length === 0) return undefined;
  const words = trendsWords[lang];
  const nameOf = (figure: string): string => {
    const action = figure.replace(/^actions\./, '') as Action;
    return actionWords[lang][action] ?? words.restated.names[figure] ?? figure;
  };
  return {
    id: 'restated',
    title: words.restated.title,
    caption: words.restated.caption(format.date(restated.against)),
    columns: [
      { name: words.day, kind: 'day' },
      { name: words.restated.figure, kind: 'text' },
      { name: words.restated.was, kind: 'count' },
      { name: words.restated.is, kind: 'count' },
    ],
    rows: restated.items
      .slice(0, MOST_RESTATED)
      .map(({ date, figure, before, after }) => [date, nameOf(figure), before, after]),
  };
}
