import type { Context } from 'hono';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import type { ConsoleEnv, ViewContext } from '#lib/console/layout/view.ts';
import type { Format } from '#lib/console/messages/language.ts';
import type { Report } from '#lib/reports/report.ts';
import type { Cell, Chart, Column } from './chart.ts';

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

/**
 * One chart of a page as a file.
 * @param id of the chart
 * @throws ConsoleError 404 without a report, or when the page has no such chart
 */
export function csvResponse(
  c: Context<ConsoleEnv>,
  report: Report | undefined,
  buildCharts: (report: Report, viewContext: ViewContext) => readonly Chart[],
  id: string,
): Response {
  const viewContext = c.get('viewContext');
  const chart = report && buildCharts(report, viewContext).find((one) => one.id === id);
  if (report === undefined || chart === undefined) throw new ConsoleError(404, 'notFound');
  return csvDownload(c, `${id}-${report.asOf}`, toCsv(chart.columns, chart.rows, viewContext.format));
}

/** @param name of the file, without its ending */
export function csvDownload(c: Context, name: string, csv: string): Response {
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="zhiqun-${name}.csv"`,
  });
}
