import { Sparkline } from '#lib/console/charts/sparkline.tsx';
import { layoutMessages } from '#lib/console/layout/messages.ts';
import type { View } from '#lib/console/layout/view.ts';
import type { Kpi } from './kpis.ts';
import { todayMessages } from './messages.ts';

const UNCHANGED = 0.0005;

/** One KPI: its value, how it moved, its series, and on demand how it is computed. */
export function KpiCard({ view, kpi }: { view: View; kpi: Kpi }) {
  const messages = todayMessages[view.lang];
  const { id, series, ratio } = kpi;
  return (
    <div class="card standing">
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
