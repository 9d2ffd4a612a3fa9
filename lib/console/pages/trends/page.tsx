import type { Chart } from '#lib/console/charts/chart.ts';
import { ChartCard } from '#lib/console/charts/chart-card.tsx';
import { hrefWith, type View, type ViewContext } from '#lib/console/layout/view.ts';
import type { Report } from '#lib/reports/report.ts';
import { actionsChart, activeChart, revenueChart } from './activity-charts.ts';
import { trendsMessages } from './messages.ts';
import { GRAINS, type Period, parsePeriod, SPANS } from './period.ts';
import { cohortsChart, funnelChart, lifecycleChart, monthsChart, restatedChart } from './retention-charts.ts';

/** Everything the page shows, in its order. */
export function trendsCharts(report: Report, viewContext: ViewContext): Chart[] {
  const period = parsePeriod(viewContext.query, report.daily.from, report.daily.dau.length);
  const restated = restatedChart(report, viewContext);
  return [
    actionsChart(report, period, viewContext),
    activeChart(report, period, viewContext),
    lifecycleChart(report, period, viewContext),
    cohortsChart(report, viewContext),
    funnelChart(report, viewContext),
    revenueChart(report, period, viewContext),
    monthsChart(report, viewContext),
    ...(restated === undefined ? [] : [restated]),
  ];
}

export function TrendsContent({ view, report, version }: { view: View; report: Report; version: string }) {
  const period = parsePeriod(view.query, report.daily.from, report.daily.dau.length);
  return (
    <>
      <PeriodBar view={view} period={period} />
      <div class="charts">
        {trendsCharts(report, view).map((chart) => (
          <ChartCard
            view={view}
            chart={chart}
            version={version}
            share={WIDE.has(chart.id) ? 'full' : 'half'}
          />
        ))}
      </div>
    </>
  );
}

const WIDE = new Set(['actions', 'cohorts']);

/** Which part of time: links for the usual spans, a form for any. */
function PeriodBar({ view, period }: { view: View; period: Period }) {
  const messages = trendsMessages[view.lang];
  const { query } = view;
  const span = query.has('from') || query.has('to') ? undefined : (query.get('days') ?? '90');
  return (
    <form class="period card" action={view.path}>
      <nav class="choices" aria-label={messages.period}>
        {SPANS.map((days) => (
          <a
            href={hrefWith(view, { days: String(days), from: null, to: null, by: null })}
            aria-current={span === String(days) ? 'true' : undefined}
          >
            {messages.span[days]}
          </a>
        ))}
      </nav>
      <nav class="choices" aria-label={messages.grain}>
        {GRAINS.map((grain) => (
          <a href={hrefWith(view, { by: grain })} aria-current={grain === period.grain ? 'true' : undefined}>
            {messages.grains[grain]}
          </a>
        ))}
      </nav>
      <span class="dates">
        <label>
          {messages.from} <input type="date" name="from" value={period.from} />
        </label>
        <label>
          {messages.to} <input type="date" name="to" value={period.to} />
        </label>
      </span>
      <label class="check">
        <input type="checkbox" name="compare" value="1" checked={query.get('compare') === '1'} />{' '}
        {messages.compare}
      </label>
      {query.has('by') ? <input type="hidden" name="by" value={period.grain} /> : null}
      <button type="submit" class="plain">
        {messages.show}
      </button>
    </form>
  );
}
