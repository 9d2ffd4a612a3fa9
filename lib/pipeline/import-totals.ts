import type { ImportRecord } from '#lib/imports/jobs/import-record.ts';
import type { Report } from '#lib/reports/report.ts';

type Totals = Report['quality']['imports'];

/**
 * What became of the rows of all imports. Rows of a file that was imported before (from the same source, of the same name and size)
 * are duplicates: they change nothing, and are not counted as imported a second time.
 */
export function sumImports(records: readonly ImportRecord[]): Totals {
  const totals: Totals = { imported: 0, refused: 0, duplicates: 0 };
  const seen = new Set<string>();
  for (const { source, filename, size, sums } of [...records].sort((a, b) => a.createdAt - b.createdAt)) {
    const file = JSON.stringify([source, filename, size]);
    if (seen.has(file)) totals.duplicates += sums.accepted;
    else {
      totals.imported += sums.accepted;
      totals.refused += sums.refused;
    }
    if (sums.lines > 0) seen.add(file);
  }
  return totals;
}
