import type { Format } from '#lib/console/messages/format.ts';
import type { Cell, Column } from './chart.ts';

/** Spreadsheets take a leading mark for UTF-8, and text that begins like this for a formula. */
const BYTE_ORDER_MARK = '\uFEFF';
const FORMULA = /^[=+\-@\t\r]/;

/** A table as CSV (RFC 4180). Money is in major units, shares between 0 and 1, dates as YYYY-MM-DD. */
export function toCsv(columns: readonly Column[], rows: readonly Cell[][], format: Format): string {
  const lines = [
    columns.map(({ name }) => quoteText(name)),
    ...rows.map((row) => row.map((cell, i) => formatField(cell, columns[i], format))),
  ];
  return `${BYTE_ORDER_MARK}${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function formatField(cell: Cell, column: Column | undefined, format: Format): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return quoteText(cell);
  return String(column?.kind === 'money' ? format.major(cell) : Number(cell.toPrecision(12)));
}

function quoteText(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
