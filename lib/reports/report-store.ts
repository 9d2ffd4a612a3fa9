import { CURRENT_KEY, parseCurrentModels } from '#lib/models/registry/current-models.ts';
import { parseArtefact, parseJson } from '#lib/platform/artefact.ts';
import { LruMap } from '#lib/platform/lru-map.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { type Report, reportSchema } from './report.ts';

const REPORT_KEY = /^reports\/(\d{4}-\d\d-\d\d)\.json$/;

/** Where the report of a date is kept. */
export const reportKey = (asOf: string): string => `reports/${asOf}.json`;

/** The date of a report by its key; undefined for other objects. */
export const reportDate = (key: string): string | undefined => REPORT_KEY.exec(key)?.[1];

/**
 * Reads a report.
 * @returns undefined when there is none
 * @throws Error naming the object, and the place in it, when it is no report; StoreError
 */
export async function readReport(store: ObjectStore, key: string): Promise<Report | undefined> {
  const stored = await store.get(key);
  if (stored === undefined) return undefined;
  const again = 'A run as of its date makes it again.';
  let raw: unknown;
  try {
    raw = parseJson(stored.body);
  } catch (cause) {
    throw new Error(`${key} is corrupt: ${(cause as Error).message}. ${again}`, { cause });
  }
  try {
    return parseArtefact(reportSchema(), raw);
  } catch (cause) {
    throw new Error(`${key} is no report of this version of zhiqun: ${(cause as Error).message}. ${again}`, {
      cause,
    });
  }
}

/** The reports of a deployment. */
export interface Reports {
  /**
   * @param date YYYY-MM-DD, or `latest` for the newest
   * @returns undefined when there is none of that date
   * @throws Error when it is corrupt; StoreError
   */
  report(date: string): Promise<Report | undefined>;
}

const TTL_MS = 5_000;
const MAX_CACHED = 8;

/** Reports as the bucket has them, each remembered for five seconds. @param now milliseconds */
export function reportReader(store: ObjectStore, now: () => number): Reports {
  const cache = new LruMap<string, { at: number; report: Promise<Report | undefined> }>(MAX_CACHED);

  async function read(date: string): Promise<Report | undefined> {
    if (date !== 'latest') return readReport(store, reportKey(date));
    const stored = await store.get(CURRENT_KEY);
    const key = stored && parseCurrentModels(stored.body).report;
    return key ? readReport(store, key) : undefined;
  }

  return {
    report(date) {
      const cached = cache.get(date);
      if (cached !== undefined && now() - cached.at < TTL_MS) return cached.report;
      const report = read(date);
      cache.set(date, { at: now(), report });
      report.catch(() => cache.delete(date));
      return report;
    },
  };
}
