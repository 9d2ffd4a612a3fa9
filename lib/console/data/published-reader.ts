import type { ModelKind } from '#lib/models/model-files.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import { CURRENT_KEY, parseCurrentModels } from '#lib/models/registry/current-models.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { AnyModel, ModelByKind } from '#lib/models/registry/models.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { Report } from '#lib/reports/report.ts';
import { readReport } from '#lib/reports/report-store.ts';
import type { Published, PublishedReader } from './deps.ts';

/**
 * What is live, for the console. `models/current.json` is asked for by its etag with every page, so that a page never
 * shows what is not live any more; what it names is read once, as it does not change.
 */
export function publishedReader(store: ObjectStore, log: Log): PublishedReader {
  let known: { etag: string; published: Published } | undefined;
  const models = new Map<string, AnyModel>();

  async function live(): Promise<Published | undefined> {
    const found =
      known === undefined ? await store.get(CURRENT_KEY) : await store.get(CURRENT_KEY, known.etag);
    if (found === 'unchanged') return known?.published;
    if (found === undefined) {
      known = undefined;
      return undefined;
    }
    const current = parseCurrentModels(found.body);
    known = { etag: found.etag, published: { current, report: await loadReport(current) } };
    return known.published;
  }

  /** A run of a date that has a report already writes another one under the same key; they differ in their publication. */
  async function loadReport(current: CurrentModels): Promise<Report | undefined> {
    const before = known?.published;
    if (
      before?.report !== undefined &&
      before.current.report === current.report &&
      isSameRun(before.current, current)
    ) {
      return before.report;
    }
    return current.report === null ? undefined : readReport(store, current.report);
  }

  /** A file that does not read is as good as none; those who look after the deployment find out by the log. */
  async function read<K extends ModelKind>(kind: K, version: string): Promise<ModelByKind[K] | undefined> {
    try {
      return await readModel(store, kind, version);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      log('error', 'model refused', { kind, modelVersion: version, error: errorFields(error) });
      return undefined;
    }
  }

  return {
    live,
    async model<K extends ModelKind>(kind: K, { current }: Published): Promise<ModelByKind[K] | undefined> {
      const version = current.models[kind];
      if (version === undefined) return undefined;
      const key = `${kind} ${version}`;
      const model = models.get(key) ?? (await read(kind, version));
      for (const other of models.keys())
        if (other.startsWith(`${kind} `) && other !== key) models.delete(other);
      if (model !== undefined) models.set(key, model);
      return model as ModelByKind[K] | undefined;
    },
  };
}

/** Renaming a profile and going back publish no report. */
const isSameRun = (a: CurrentModels, b: CurrentModels): boolean => lastRun(a) === lastRun(b);
const lastRun = ({ history }: CurrentModels): string | undefined =>
  history.find(({ by }) => by === 'run')?.publishedAt;
