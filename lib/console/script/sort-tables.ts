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
