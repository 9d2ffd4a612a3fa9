import { ChartCard, Sparkline } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import { MemberLink } from '#lib/console/layout/components.tsx';
import { layoutMessages } from '#lib/console/layout/messages.ts';
import type { View } from '#lib/console/layout/view.ts';
import { explainListing } from '#lib/console/messages/why-listed.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import { LISTS, type ListName } from '#lib/reports/lists.ts';
import type { Report } from '#lib/reports/report.ts';
import { doneChart } from './charts.ts';
import { computeKpis, findWeekChange, type Kpi } from './kpis.ts';
import { todayMessages } from './messages.ts';
import { QualityCard } from './quality-card.tsx';

interface TodayProps {
  view: View;
  published: Published & { report: Report };
  run: RunView | undefined;
}

/** The page of the morning: what matters, six key figures, which members to look at, what was done, and whether to trust it. */
export function TodayContent({ view, published, run }: TodayProps) {
  const messages = todayMessages[view.lang];
  const { report, current } = published;
  return (
    <>
      <Headline view={view} report={report} />
      <section aria-label={messages.figures} class="kpis">
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

const UNCHANGED = 0.0005;

/** One KPI: its value, how it moved, its series, and on demand how it is computed. */
function KpiCard({ view, kpi }: { view: View; kpi: Kpi }) {
  const messages = todayMessages[view.lang];
  const { id, series, ratio } = kpi;
  return (
    <div class="card kpi">
      <p class="label">{messages.kpis[id]}</p>
      <p class="value">{valueText(kpi, view)}</p>
      <Change view={view} kpi={kpi} />
      <Sparkline values={series} />
      <details>
        <summary>{layoutMessages[view.lang].how}</summary>
        <p>
          {messages.how[id]}
          {ratio === undefined ? null : (
            <b> {messages.made(view.format.count(ratio.numerator), view.format.count(ratio.denominator))}</b>
          )}
        </p>
      </details>
    </div>
  );
}

function valueText({ value, kind }: Kpi, { format }: View): string {
  if (kind === 'money') return format.money(value);
  if (kind === 'share') return format.share(value);
  return kind === 'decimal' ? format.decimal(value) : format.count(value);
}

/** Shares move by points, all else by percent. The words say which way, not the colour alone. */
function Change({ view, kpi: { id, kind, value, before } }: { view: View; kpi: Kpi }) {
  const messages = todayMessages[view.lang];
  const against = messages.against[id === 'retention' ? 'month' : 'week'];
  if (value === null || before === null || (kind !== 'share' && before === 0)) {
    return <p class="change muted">{messages.unknownBefore}</p>;
  }
  const change = kind === 'share' ? value - before : (value - before) / Math.abs(before);
  if (Math.abs(change) < UNCHANGED) return <p class="change muted">{`${messages.same} · ${against}`}</p>;
  const size =
    kind === 'share'
      ? messages.points(view.format.decimal(Math.abs(change) * 100, 1))
      : view.format.share(Math.abs(change));
  return (
    <p class="change">
      <span class={change > 0 ? 'good' : 'bad'}>{`${change > 0 ? '▲' : '▼'} ${size}`}</span>{' '}
      <span class="muted">{against}</span>
    </p>
  );
}

const SHORT = 5;
/** A report lists no more than this many. */
const MAX_LISTED = 50;

/** The first five of a list of people, each with why. */
function ShortList({ view, report, list }: { view: View; report: Report; list: ListName }) {
  const messages = todayMessages[view.lang];
  const members = report.lists[list];
  const { role } = view.session.caller;
  return (
    <section class="card people" aria-labelledby={`list-${list}`}>
      <header>
        <h3 id={`list-${list}`}>{messages.lists[list]}</h3>
        {members.length > SHORT ? (
          <a class="quiet" href={`/console/members?list=${list}`}>
            {messages[members.length < MAX_LISTED ? 'all' : 'first'](view.format.count(members.length))}
          </a>
        ) : null}
      </header>
      {members.length === 0 ? (
        <p class="empty">{messages.noneListed[list]}</p>
      ) : (
        <ol>
          {members.slice(0, SHORT).map((member) => (
            <li>
              <MemberLink member={member} role={role} />
              <span class="why">{explainListing(list, member.why, view.lang, view.format)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
