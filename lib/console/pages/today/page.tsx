import { FigureCard } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import type { View } from '#lib/console/layout/view.ts';
import { ShortList } from '#lib/console/pages/today/short-list.tsx';
import type { RunView } from '#lib/pipeline/run/run-view.ts';
import { LISTS, type Report } from '#lib/reports/report.ts';
import { changeOfWeek } from './change-of-week.ts';
import { doneFigure } from './charts.ts';
import { StandingCard } from './kpi-card.tsx';
import { standings } from './kpis.ts';
import { todayWords } from './messages.ts';
import { QualityCard } from './quality-card.tsx';

interface TodayProps {
  view: View;
  published: Published & { report: Report };
  run: RunView | undefined;
}

/** The page of the morning: what matters, six figures, whom to look at, what was done, and whether to trust it. */
export function TodayContent({ view, published, run }: TodayProps) {
  const words = todayWords[view.lang];
  const { report, current } = published;
  return (
    <>
      <Headline view={view} report={report} />
      <section aria-label={words.figures} class="standings">
        {standings(report).map((standing) => (
          <StandingCard view={view} standing={standing} />
        ))}
      </section>
      <section aria-labelledby="look">
        <h2 id="look" class="between">
          {words.look}
        </h2>
        <div class="lists">
          {LISTS.map((list) => (
            <ShortList view={view} report={report} list={list} />
          ))}
        </div>
      </section>
      <div class="two">
        <FigureCard view={view} figure={doneFigure(report, view)} of={current.publishedAt} share="main" />
        <QualityCard view={view} report={report} run={run} />
      </div>
    </>
  );
}

function Headline({ view, report }: { view: View; report: Report }) {
  const words = todayWords[view.lang];
  const { format } = view;
  const change = changeOfWeek(report);
  if (change === undefined) return <p class="headline">{words.noChange}</p>;
  const { what, now, before } = change;
  const text = what === 'revenueMinor' ? format.money : format.count;
  const up = now > before;
  const share = before === 0 ? '–' : format.share(Math.abs(now - before) / Math.abs(before));
  return (
    <p class="headline">
      <span class={up ? 'good' : 'bad'} aria-hidden="true">
        {up ? '▲' : '▼'}
      </span>{' '}
      {words.change(words.changeName[what], up, share, text(now), text(before))}{' '}
      <a
        href={`/console/trends#${what === 'revenueMinor' || what === 'payers' ? 'revenue' : what === 'joined' ? 'lifecycle' : 'actions'}`}
      >
        {words.seeTrend}
      </a>
    </p>
  );
}
