import { CURRENT_KEY, parseCurrentModels } from '#lib/models/registry/current-file.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { Report } from './report.ts';
import { readReport, reportKey } from './report-store.ts';

/** The reports of a deployment. */
export interface Reports {
  /**
   * @param date YYYY-MM-DD, or `latest` for the newest
   * @returns undefined when there is none of that date
   * @throws Error when it is damaged; StoreError
   */
  report(date: string): Promise<Report | undefined>;
}

const TTL_MS = 5_000;
const MAX_CACHED = 8;

/** Reports as the bucket has them, each remembered for five seconds. @param now milliseconds */
export function reportReader(store: ObjectStore, now: () => number): Reports {
  const cache = new Map<string, { at: number; report: Promise<Report | undefined> }>();

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
      cache.delete(date);
      cache.set(date, { at: now(), report });
      report.catch(() => cache.delete(date));
      const [oldest] = cache.keys();
      if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
      return report;
    },
  };
}
