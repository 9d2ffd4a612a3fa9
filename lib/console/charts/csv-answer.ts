import type { Context } from 'hono';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import type { ConsoleEnv, ViewContext } from '#lib/console/layout/view.ts';
import type { Report } from '#lib/reports/report.ts';
import type { Chart } from './chart.ts';
import { toCsv } from './csv.ts';

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
