import type { Figure } from '#lib/console/charts/chart.ts';
import { FigureCard } from '#lib/console/charts/chart-card.tsx';
import { hrefWith, type Look, type View } from '#lib/console/layout/view.ts';
import type { Report } from '#lib/reports/report.ts';
import { actionsFigure, activeFigure, revenueFigure } from './activity-charts.ts';
import { trendsWords } from './messages.ts';
import { funnelFigure, monthsFigure, restatedFigure } from './other-charts.ts';
import { GRAINS, type Period, periodOf, SPANS } from './period.ts';
import { cohortsFigure, lifecycleFigure } from './retention-charts.ts';

/** Everything the page shows, in its order. */
export function trendsFigures(report: Report, look: Look): Figure[] {
  const period = periodOf(look.query, report.daily.from, report.daily.dau.length);
  const restated = restatedFigure(report, look);
  return [
    actionsFigure(report, period, look),
    activeFigure(report, period, look),
    lifecycleFigure(report, period, look),
    cohortsFigure(report, look),
    funnelFigure(report, look),
    revenueFigure(report, period, look),
    monthsFigure(report, look),
    ...(restated === undefined ? [] : [restated]),
  ];
}

export function TrendsContent({ view, report, of }: { view: View; report: Report; of: string }) {
  const period = periodOf(view.query, report.daily.from, report.daily.dau.length);
  return (
    <>
      <PeriodBar view={view} period={period} />
      <div class="figures">
        {trendsFigures(report, view).map((figure) => (
          <FigureCard view={view} figure={figure} of={of} share={WIDE.has(figure.id) ? 'full' : 'half'} />
        ))}
      </div>
    </>
  );
}

const WIDE = new Set(['actions', 'cohorts']);

/** Which part of time: links for the usual spans, a form for any. */
function PeriodBar({ view, period }: { view: View; period: Period }) {
  const words = trendsWords[view.lang];
  const { query } = view;
  const span = query.has('from') || query.has('to') ? undefined : (query.get('days') ?? '90');
  return (
    <form class="period card" action={view.path}>
      <nav class="choices" aria-label={words.period}>
        {SPANS.map((days) => (
          <a
            href={hrefWith(view, { days: String(days), from: null, to: null, by: null })}
            aria-current={span === String(days) ? 'true' : undefined}
          >
            {words.span[days]}
          </a>
        ))}
      </nav>
      <nav class="choices" aria-label={words.grain}>
        {GRAINS.map((grain) => (
          <a href={hrefWith(view, { by: grain })} aria-current={grain === period.grain ? 'true' : undefined}>
            {words.grains[grain]}
          </a>
        ))}
      </nav>
      <span class="dates">
        <label>
          {words.from} <input type="date" name="from" value={period.from} />
        </label>
        <label>
          {words.to} <input type="date" name="to" value={period.to} />
        </label>
      </span>
      <label class="check">
        <input type="checkbox" name="compare" value="1" checked={query.get('compare') === '1'} />{' '}
        {words.compare}
      </label>
      {query.has('by') ? <input type="hidden" name="by" value={period.grain} /> : null}
      <button type="submit" class="plain">
        {words.show}
      </button>
    </form>
  );
}
