import type { Chart } from '#lib/console/charts/chart.ts';
import { lines } from '#lib/console/charts/lines.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { trendsMessages } from '#lib/console/pages/trends/messages.ts';
import { parsePeriod, sumIn } from '#lib/console/pages/trends/period.ts';
import type { Report } from '#lib/reports/report.ts';
import { feedbackMessages } from './messages.ts';

const GROUPS = ['low', 'middle', 'high'] as const;
const DAYS = 182;

const buildWeeks = ({ daily }: Report) =>
  parsePeriod(new URLSearchParams({ days: String(DAYS), by: 'week' }), daily.from, daily.dau.length).buckets;

/** Net promoter score week by week. */
export function npsChart(report: Report, { lang, format }: ViewContext): Chart {
  const messages = feedbackMessages[lang];
  const rows = buildWeeks(report).map((week) => {
    const [promoters, passives, detractors] = (['promoters', 'passives', 'detractors'] as const).map((kind) =>
      sumIn(report.daily[kind], week),
    ) as [number, number, number];
    const all = promoters + passives + detractors;
    const nps = all === 0 ? null : Math.round(((promoters - detractors) * 100) / all);
    return { week, promoters, passives, detractors, all, nps };
  });
  const open = rows.at(-1)?.week.complete === false;
  return {
    id: 'nps',
    title: messages.nps,
    caption: messages.npsHow,
    note: open ? trendsMessages[lang].open : undefined,
    columns: [
      { name: messages.week, kind: 'day' },
      { name: messages.nps, kind: 'count' },
      { name: messages.promoters, kind: 'count' },
      { name: messages.passives, kind: 'count' },
      { name: messages.detractors, kind: 'count' },
    ],
    rows: rows.some(({ all }) => all > 0)
      ? rows.map(({ week, nps, promoters, passives, detractors }) => [
          week.name,
          nps,
          promoters,
          passives,
          detractors,
        ])
      : [],
    draw: lines(
      rows.map(({ week }) => week.name),
      [{ name: 'NPS', data: rows.map(({ nps }) => nps) }],
      { label: format.day, short: format.short, open: open ? 1 : 0 },
    ),
  };
}

/** Mean rating week by week. */
export function ratingChart(report: Report, { lang, format }: ViewContext): Chart {
  const messages = feedbackMessages[lang];
  const rows = buildWeeks(report).map((week) => {
    const count = sumIn(report.daily.ratings, week);
    return { week, count, mean: count === 0 ? null : sumIn(report.daily.ratingSum, week) / count };
  });
  const open = rows.at(-1)?.week.complete === false;
  return {
    id: 'rating',
    title: messages.rating,
    caption: messages.ratingHow,
    note: open ? trendsMessages[lang].open : undefined,
    columns: [
      { name: messages.week, kind: 'day' },
      { name: messages.rating, kind: 'decimal' },
      { name: messages.count, kind: 'count' },
    ],
    rows: rows.some(({ count }) => count > 0)
      ? rows.map(({ week, mean, count }) => [week.name, mean, count])
      : [],
    draw: lines(
      rows.map(({ week }) => week.name),
      [{ name: messages.rating, data: rows.map(({ mean }) => mean) }],
      { label: format.day, short: (value) => format.decimal(value, 1), open: open ? 1 : 0 },
    ),
  };
}

/** Words that distinguish low, middling and high ratings: a table. */
export function keywordsChart({ feedback }: Report, { lang }: ViewContext): Chart {
  const messages = feedbackMessages[lang];
  return {
    id: 'keywords',
    title: messages.words,
    caption: messages.wordsHow,
    columns: [
      { name: messages.word, kind: 'text' },
      { name: messages.group, kind: 'text' },
      { name: messages.texts, kind: 'count' },
      { name: 'TF-IDF', kind: 'decimal' },
    ],
    rows: GROUPS.flatMap((group) =>
      feedback.keywords[group].map(({ word, texts, score }) => [word, messages.groups[group], texts, score]),
    ),
  };
}
