import { ChartCard } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import type { View } from '#lib/console/layout/view.ts';
import { ShortList } from '#lib/console/pages/today/short-list.tsx';
import type { RunView } from '#lib/pipeline/run/run-view.ts';
import { LISTS, type Report } from '#lib/reports/report.ts';
import { findWeekChange } from './change-of-week.ts';
import { doneChart } from './charts.ts';
import { KpiCard } from './kpi-card.tsx';
import { computeKpis } from './kpis.ts';
import { todayMessages } from './messages.ts';
import { QualityCard } from './quality-card.tsx';

interface TodayProps {
  view: View;
  published: Published & { report: Report };
  run: RunView | undefined;
}

/** The page of the morning: what matters, six figures, whom to look at, what was done, and whether to trust it. */
export function TodayContent({ view, published, run }: TodayProps) {
  const messages = todayMessages[view.lang];
  const { report, current } = published;
  return (
    <>
      <Headline view={view} report={report} />
      <section aria-label={messages.figures} class="standings">
        {computeKpis(report).map((kpi) => (
          <KpiCard view={view} kpi={kpi} />
        ))}
      </section>
      <section aria-labelledby="look">
        <h2 id="look" class="between">
          {messages.look}
        </h2>
        <div class="lists">
          {LISTS.map((list) => (
            <ShortList view={view} report={report} list={list} />
          ))}
        </div>
      </section>
      <div class="two">
        <ChartCard view={view} chart={doneChart(report, view)} version={current.publishedAt} share="main" />
        <QualityCard view={view} report={report} run={run} />
      </div>
    </>
  );
}

function Headline({ view, report }: { view: View; report: Report }) {
  const messages = todayMessages[view.lang];
  const { format } = view;
  const change = findWeekChange(report);
  if (change === undefined) return <p class="headline">{messages.noChange}</p>;
  const { what, now, before } = change;
  const text = what === 'revenueMinor' ? format.money : format.count;
  const up = now > before;
  const share = before === 0 ? '–' : format.share(Math.abs(now - before) / Math.abs(before));
  return (
    <p class="headline">
      <span class={up ? 'good' : 'bad'} aria-hidden="true">
        {up ? '▲' : '▼'}
      </span>{' '}
      {messages.change(messages.changeName[what], up, share, text(now), text(before))}{' '}
      <a
        href={`/console/trends#${what === 'revenueMinor' || what === 'payers' ? 'revenue' : what === 'joined' ? 'lifecycle' : 'actions'}`}
      >
        {messages.seeTrend}
      </a>
    </p>
  );
}
