import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { Scroll } from '#lib/console/layout/components.tsx';
import { frameWords } from '#lib/console/layout/messages.ts';
import type { View } from '#lib/console/layout/view.ts';
import { cellText, type Figure } from './chart.ts';
import type { Share } from './draw.ts';
import { drawingOf } from './drawing-cache.ts';

interface FigureCardProps {
  view: View;
  figure: Figure;
  /** page and version of the figures: with the address it tells drawings apart */
  of: string;
  /** how much of the page it has */
  share?: Share;
  children?: Child;
}

/** A figure on a page: title, chart, caption, and its numbers as a table and as CSV. */
export function FigureCard({ view, figure, of, share = 'half', children }: FigureCardProps) {
  const words = frameWords[view.lang];
  const empty = figure.rows.length === 0;
  const drawing = empty
    ? undefined
    : drawingOf(figure, view.narrow ? 'phone' : share, `${of} ${view.path} ${view.query} ${view.lang}`);
  const { id, title, caption, note, legend, ranged } = figure;
  return (
    <section class={`card figure${share === 'full' ? ' wide' : ''}`} id={id} aria-labelledby={`${id}-title`}>
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
      {empty ? <p class="empty">{words.noData}</p> : null}
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
      {empty ? null : <Numbers view={view} figure={figure} open={figure.draw === undefined} />}
    </section>
  );
}

function Numbers({ view, figure, open }: { view: View; figure: Figure; open: boolean }) {
  const words = frameWords[view.lang];
  const query = view.query.toString();
  const base = view.path.replace(/\/$/, '');
  const table = <Scroll label={figure.title}>{tableOf(view, figure)}</Scroll>;
  return (
    <div class="numbers">
      <a class="csv" href={`${base}/${figure.id}.csv${query === '' ? '' : `?${query}`}`} download>
        {words.csv}
      </a>
      {open ? (
        table
      ) : (
        <details>
          <summary>{words.table}</summary>
          {table}
        </details>
      )}
    </div>
  );
}

/** Written as text: a table can have thousands of cells, and components would take most of the page's time. */
function tableOf(view: View, { columns, rows }: Figure) {
  const cells = (row: Figure['rows'][number]): string =>
    columns
      .map(({ kind }, i) => {
        const text = escaped(cellText(row[i] ?? null, kind, view.format));
        return i === 0 ? `<th scope="row">${text}</th>` : `<td>${text}</td>`;
      })
      .join('');
  const head = columns.map(({ name }) => `<th scope="col">${escaped(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('');
  return html`<table><thead><tr>${raw(head)}</tr></thead><tbody>${raw(body)}</tbody></table>`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
