import type { Context } from 'hono';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import type { ConsoleEnv, Look } from '#lib/console/layout/view.ts';
import type { Report } from '#lib/reports/report.ts';
import type { Figure } from './chart.ts';
import { csvOf } from './csv.ts';

/**
 * One figure of a page as a file.
 * @param id of the figure
 * @throws ConsoleError 404 without a report, or when the page has no such figure
 */
export function csvAnswer(
  c: Context<ConsoleEnv>,
  report: Report | undefined,
  figuresOf: (report: Report, look: Look) => readonly Figure[],
  id: string,
): Response {
  const look = c.get('look');
  const figure = report && figuresOf(report, look).find((one) => one.id === id);
  if (report === undefined || figure === undefined) throw new ConsoleError(404, 'notFound');
  return csvFile(c, `${id}-${report.asOf}`, csvOf(figure.columns, figure.rows, look.format));
}

/** @param name of the file, without its ending */
export function csvFile(c: Context, name: string, csv: string): Response {
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="zhiqun-${name}.csv"`,
  });
}
