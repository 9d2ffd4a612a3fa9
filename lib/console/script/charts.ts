/** Pointing at a chart shows its numbers, which are those of the table below it; drawing a range zooms into it. */
export function chartTooltips(): void {
  for (const chart of document.querySelectorAll<HTMLElement>('.chart[data-plot]')) attachTooltip(chart);
}

const MIN_DRAG_PX = 12;

function attachTooltip(chart: HTMLElement): void {
  const svg = chart.querySelector('svg');
  const table = chart.parentElement?.querySelector('table');
  const rows = [...(table?.tBodies[0]?.rows ?? [])];
  const heads = [...(table?.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent ?? '');
  const [left = 0, width = 0] = (chart.dataset['plot'] ?? '').split(' ').map(Number);
  const [, , viewWidth = 0] = (svg?.getAttribute('viewBox') ?? '').split(' ').map(Number);
  // Horizontal bars and heat maps have their own numbers in them; here one row stands for one point along the axis.
  if (svg === null || rows.length === 0 || viewWidth === 0 || chart.closest('#cohorts, #funnel')) return;
  const guide = createElement('span', 'guide');
  const brush = createElement('span', 'brush');
  const tip = createElement('div', 'tip');
  let from: number | undefined;

  const pointAt = (event: PointerEvent) => {
    const box = svg.getBoundingClientRect();
    const scale = box.width / viewWidth;
    const at = (event.clientX - box.left) / scale - left;
    const index = Math.max(0, Math.min(rows.length - 1, Math.floor((at / width) * rows.length)));
    const x = ((index + 0.5) / rows.length) * width;
    return { index, x: (left + x) * scale, inside: at >= 0 && at <= width };
  };

  chart.addEventListener('pointermove', (event) => {
    const { index, x, inside } = pointAt(event);
    if (!inside) return hide();
    chart.append(guide);
    guide.style.left = `${x}px`;
    fillTooltip(
      tip,
      heads,
      [...(rows[index]?.cells ?? [])].map((cell) => cell.textContent ?? ''),
    );
    document.body.append(tip);
    const { width: tipWidth, height } = tip.getBoundingClientRect();
    const beside =
      event.clientX + 16 + tipWidth > window.innerWidth ? event.clientX - 16 - tipWidth : event.clientX + 16;
    tip.style.left = `${Math.max(4, beside)}px`;
    tip.style.top = `${Math.max(4, Math.min(event.clientY - height / 2, window.innerHeight - height - 4))}px`;
    if (from !== undefined) {
      const start = from - chart.getBoundingClientRect().left;
      const now = event.clientX - chart.getBoundingClientRect().left;
      chart.append(brush);
      brush.style.left = `${Math.min(start, now)}px`;
      brush.style.width = `${Math.abs(now - start)}px`;
    }
  });
  const hide = () => {
    guide.remove();
    tip.remove();
    brush.remove();
    from = undefined;
  };
  chart.addEventListener('pointerleave', hide);
  if (chart.dataset['ranged'] !== 'true') return;

  let first = 0;
  chart.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') return;
    from = event.clientX;
    first = pointAt(event).index;
    event.preventDefault();
  });
  chart.addEventListener('pointerup', (event) => {
    const start = from;
    const last = pointAt(event).index;
    hide();
    if (start === undefined || Math.abs(event.clientX - start) < MIN_DRAG_PX || first === last) return;
    const url = new URL(location.href);
    url.searchParams.delete('days');
    url.searchParams.set('from', rows[Math.min(first, last)]?.cells[0]?.textContent ?? '');
    url.searchParams.set('to', rows[Math.max(first, last)]?.cells[0]?.textContent ?? '');
    location.href = url.href;
  });
}

function fillTooltip(tip: HTMLElement, heads: readonly string[], cells: readonly string[]): void {
  const title = createElement('b', '');
  title.textContent = cells[0] ?? '';
  const list = document.createElement('dl');
  for (let i = 1; i < cells.length; i += 1) {
    if (cells[i] === '0' || cells[i] === '–') continue;
    const [name, value] = [document.createElement('dt'), document.createElement('dd')];
    name.textContent = heads[i] ?? '';
    value.textContent = cells[i] ?? '';
    list.append(name, value);
  }
  tip.replaceChildren(title, list);
}

function createElement(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

/** Makes the columns of the tables behind charts sortable; lists of members are sorted by the server. */
export function sortableTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('.numbers table')) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const ascending = head.getAttribute('aria-sort') === 'descending';
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
        sort(table, column, ascending ? 1 : -1);
      });
    });
  }
}

function sort(table: HTMLTableElement, column: number, direction: 1 | -1): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const keyed = [...body.rows].map((row) => ({ row, key: row.cells[column]?.textContent ?? '' }));
  keyed.sort((a, b) => {
    const [x, y] = [parseNumber(a.key), parseNumber(b.key)];
    const order = x === undefined || y === undefined ? a.key.localeCompare(b.key) : x - y;
    return order * direction;
  });
  body.append(...keyed.map(({ row }) => row));
}

function parseNumber(text: string): number | undefined {
  const digits = text.replace(/[^\d.\-−]/g, '').replace('−', '-');
  return digits === '' || /^\d{4}-\d\d/.test(text) || Number.isNaN(Number(digits))
    ? undefined
    : Number(digits);
}
