import { Sparkline } from '#lib/console/charts/sparkline.tsx';
import { frameWords } from '#lib/console/layout/messages.ts';
import type { View } from '#lib/console/layout/view.ts';
import type { Standing } from './kpis.ts';
import { todayWords } from './messages.ts';

const UNCHANGED = 0.0005;

/** One figure: its value, how it moved, its course, and on demand how it is made. */
export function StandingCard({ view, standing }: { view: View; standing: Standing }) {
  const words = todayWords[view.lang];
  const { id, course, made } = standing;
  return (
    <div class="card standing">
      <p class="label">{words.standing[id]}</p>
      <p class="value">{valueText(standing, view)}</p>
      <Change view={view} standing={standing} />
      <Sparkline values={course} />
      <details>
        <summary>{frameWords[view.lang].how}</summary>
        <p>
          {words.how[id]}
          {made === undefined ? null : (
            <b> {words.made(view.format.count(made.numerator), view.format.count(made.denominator))}</b>
          )}
        </p>
      </details>
    </div>
  );
}

function valueText({ value, kind }: Standing, { format }: View): string {
  if (kind === 'money') return format.money(value);
  if (kind === 'share') return format.share(value);
  return kind === 'decimal' ? format.decimal(value) : format.count(value);
}

/** Shares move by points, all else by percent. The words say which way, not the colour alone. */
function Change({ view, standing: { id, kind, value, before } }: { view: View; standing: Standing }) {
  const words = todayWords[view.lang];
  const against = words.against[id === 'retention' ? 'month' : 'week'];
  if (value === null || before === null || (kind !== 'share' && before === 0)) {
    return <p class="change muted">{words.unknownBefore}</p>;
  }
  const change = kind === 'share' ? value - before : (value - before) / Math.abs(before);
  if (Math.abs(change) < UNCHANGED) return <p class="change muted">{`${words.same} · ${against}`}</p>;
  const size =
    kind === 'share'
      ? words.points(view.format.decimal(Math.abs(change) * 100, 1))
      : view.format.share(Math.abs(change));
  return (
    <p class="change">
      <span class={change > 0 ? 'good' : 'bad'}>{`${change > 0 ? '▲' : '▼'} ${size}`}</span>{' '}
      <span class="muted">{against}</span>
    </p>
  );
}
