import type { Figure } from '#lib/console/charts/chart.ts';
import { lines } from '#lib/console/charts/lines.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { trendsWords } from '#lib/console/pages/trends/messages.ts';
import { periodOf, sumIn } from '#lib/console/pages/trends/period.ts';
import type { Report } from '#lib/reports/report.ts';
import { feedbackWords } from './messages.ts';

const GROUPS = ['low', 'middle', 'high'] as const;
const DAYS = 182;

const weeksOf = ({ daily }: Report) =>
  periodOf(new URLSearchParams({ days: String(DAYS), by: 'week' }), daily.from, daily.dau.length).buckets;

/** Net promoter score week by week. */
export function npsFigure(report: Report, { lang, format }: Look): Figure {
  const words = feedbackWords[lang];
  const rows = weeksOf(report).map((week) => {
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
    title: words.nps,
    caption: words.npsHow,
    note: open ? trendsWords[lang].open : undefined,
    columns: [
      { name: words.week, kind: 'day' },
      { name: words.nps, kind: 'count' },
      { name: words.promoters, kind: 'count' },
      { name: words.passives, kind: 'count' },
      { name: words.detractors, kind: 'count' },
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
export function ratingFigure(report: Report, { lang, format }: Look): Figure {
  const words = feedbackWords[lang];
  const rows = weeksOf(report).map((week) => {
    const count = sumIn(report.daily.ratings, week);
    return { week, count, mean: count === 0 ? null : sumIn(report.daily.ratingSum, week) / count };
  });
  const open = rows.at(-1)?.week.complete === false;
  return {
    id: 'rating',
    title: words.rating,
    caption: words.ratingHow,
    note: open ? trendsWords[lang].open : undefined,
    columns: [
      { name: words.week, kind: 'day' },
      { name: words.rating, kind: 'decimal' },
      { name: words.count, kind: 'count' },
    ],
    rows: rows.some(({ count }) => count > 0)
      ? rows.map(({ week, mean, count }) => [week.name, mean, count])
      : [],
    draw: lines(
      rows.map(({ week }) => week.name),
      [{ name: words.rating, data: rows.map(({ mean }) => mean) }],
      { label: format.day, short: (value) => format.decimal(value, 1), open: open ? 1 : 0 },
    ),
  };
}

/** Words that tell low, middling and high ratings apart: a table. */
export function keywordsFigure({ feedback }: Report, { lang }: Look): Figure {
  const words = feedbackWords[lang];
  return {
    id: 'keywords',
    title: words.words,
    caption: words.wordsHow,
    columns: [
      { name: words.word, kind: 'text' },
      { name: words.group, kind: 'text' },
      { name: words.texts, kind: 'count' },
      { name: 'TF-IDF', kind: 'decimal' },
    ],
    rows: GROUPS.flatMap((group) =>
      feedback.keywords[group].map(({ word, texts, score }) => [word, words.groups[group], texts, score]),
    ),
  };
}
