import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { Scroll } from '#lib/console/layout/components.tsx';
import { layoutMessages } from '#lib/console/layout/messages.ts';
import type { View } from '#lib/console/layout/view.ts';
import { type Chart, type ChartWidth, cachedDrawing, escapeHtml, formatCell } from './chart.ts';

interface ChartCardProps {
  view: View;
  chart: Chart;
  /** page and version of the numbers: with the address it distinguishes drawings */
  version: string;
  /** how much of the page it has */
  share?: ChartWidth;
  children?: Child;
}

/** A chart on a page: title, drawing, caption, and its numbers as a table and as CSV. */
export function ChartCard({ view, chart, version, share = 'half', children }: ChartCardProps) {
  const messages = layoutMessages[view.lang];
  const empty = chart.rows.length === 0;
  const drawing = empty
    ? undefined
    : cachedDrawing(
        chart,
        view.narrow ? 'phone' : share,
        `${version} ${view.path} ${view.query} ${view.lang}`,
      );
  const { id, title, caption, note, legend, ranged } = chart;
  return (
    <section
      class={`card chart-card${share === 'full' ? ' wide' : ''}`}
      id={id}
      aria-labelledby={`${id}-title`}
    >
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {legend === undefined || empty ? null : (
          <ul class="legend">
            {legend.map(({ name, series, value }) => (
              <li>
                <span class={`chip ${series}`} aria-hidden="true"></span>
                {name}
                {value === undefined ? null : <b>{value}</b>}
              </li>
            ))}
          </ul>
        )}
      </header>
      {children}
      {empty ? <p class="empty">{messages.noData}</p> : null}
      {drawing === undefined ? null : (
        <div
          class="chart"
          data-plot={drawing.plot && `${drawing.plot.left} ${drawing.plot.width}`}
          data-ranged={ranged ? 'true' : undefined}
        >
          {raw(drawing.svg)}
        </div>
      )}
      <p class="caption">
        {caption}
        {note === undefined ? null : <span class="note">{note}</span>}
      </p>
      {empty ? null : <ChartTable view={view} chart={chart} open={chart.draw === undefined} />}
    </section>
  );
}

function ChartTable({ view, chart, open }: { view: View; chart: Chart; open: boolean }) {
  const messages = layoutMessages[view.lang];
  const query = view.query.toString();
  const base = view.path.replace(/\/$/, '');
  const table = <Scroll label={chart.title}>{renderTable(view, chart)}</Scroll>;
  return (
    <div class="numbers">
      <a class="csv" href={`${base}/${chart.id}.csv${query === '' ? '' : `?${query}`}`} download>
        {messages.csv}
      </a>
      {open ? (
        table
      ) : (
        <details>
          <summary>{messages.table}</summary>
          {table}
        </details>
      )}
    </div>
  );
}

/** Written as text: a table can have thousands of cells, and components would take most of the page's time. */
function renderTable(view: View, { columns, rows }: Chart) {
  const cells = (row: Chart['rows'][number]): string =>
    columns
      .map(({ kind }, i) => {
        const text = escapeHtml(formatCell(row[i] ?? null, kind, view.format));
        return i === 0 ? `<th scope="row">${text}</th>` : `<td>${text}</td>`;
      })
      .join('');
  const head = columns.map(({ name }) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('');
  return html`<table><thead><tr>${raw(head)}</tr></thead><tbody>${raw(body)}</tbody></table>`;
}

const WIDTH = 120;
const HEIGHT = 32;
/** What moves by less than this share of itself looks as flat as it is. */
const MIN_SPAN = 0.12;

/** The course of one number, without axes; the number beside it says what it is. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(most - least, Math.abs(most) * MIN_SPAN);
  const bottom = (least + most - span) / 2;
  const scale = span === 0 ? 0 : (HEIGHT - 6) / span;
  const points = values.flatMap((value, i) =>
    value === null
      ? []
      : [[(i * WIDTH) / (values.length - 1), HEIGHT - 3 - (value - bottom) * scale] as const],
  );
  const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
  const [endX = 0, endY = 0] = points.at(-1) ?? [];
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH + 4} ${HEIGHT}`} aria-hidden="true">
      <path class="line" d={`M${line}`} />
      <circle cx={endX.toFixed(1)} cy={endY.toFixed(1)} r="2" />
    </svg>
  );
}
