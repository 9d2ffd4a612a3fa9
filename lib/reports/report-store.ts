import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { Report } from './report.ts';

const REPORT_KEY = /^reports\/(\d{4}-\d\d-\d\d)\.json$/;

/** Where the report of a date is kept. */
export const reportKey = (asOf: string): string => `reports/${asOf}.json`;

/** The date of a report by its key; undefined for other objects. */
export const reportDate = (key: string): string | undefined => REPORT_KEY.exec(key)?.[1];

/**
 * Reads a report.
 * @returns undefined when there is none
 * @throws Error naming the object when it is no report; StoreError
 */
export async function readReport(store: ObjectStore, key: string): Promise<Report | undefined> {
  const stored = await store.get(key);
  if (stored === undefined) return undefined;
  let report: Partial<Report> | null;
  try {
    report = JSON.parse(new TextDecoder().decode(stored.body)) as Partial<Report> | null;
  } catch (cause) {
    // The engine would quote the file.
    throw new Error(`${key} is damaged: it is not JSON. A run as of its date makes it again.`, { cause });
  }
  if (report?.format !== 1 || report.daily === undefined)
    throw new Error(`${key} is no report of this version of zhiqun. A run as of its date makes it again.`);
  return report as Report;
}
