import type { ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import type { CurrentModels, Publication } from '#lib/models/registry/current-models.ts';
import type { ModelByKind } from '#lib/models/registry/models.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { ModelSet } from '#lib/scoring/prepared-models.ts';

/** `models/current.json` that names some models, with what was live before it. */
export function buildCurrentModels(
  set: ModelSet,
  history: Publication['models'][] = [],
  changes: Partial<CurrentModels> = {},
): CurrentModels {
  const models = listVersions(set);
  const about = { publishedAt: '2026-03-08T19:05:00.000Z', runId: 'run-1', asOf: '2026-03-08' };
  return {
    format: 1,
    ...about,
    models,
    report: null,
    profileNames: {},
    history: [models, ...history].map((one) => ({ ...about, by: 'run', models: one })),
    ...changes,
  };
}

export const listVersions = (set: ModelSet): Publication['models'] =>
  Object.fromEntries(Object.entries(set).map(([kind, model]) => [kind, model?.version]));

/** Writes model files as they were made, with their fields in the order that their versions are of, and current.json that names them. */
export async function publish(
  store: ObjectStore,
  set: ModelSet,
  history?: Publication['models'][],
  changes?: Partial<CurrentModels>,
): Promise<void> {
  for (const model of Object.values(set)) if (model !== undefined) await putModel(store, model);
  await store.put('models/current.json', JSON.stringify(buildCurrentModels(set, history, changes)));
}

export const putModel = (store: ObjectStore, model: ModelByKind[ModelKind]): Promise<void> =>
  store.put(modelKey(model.kind, model.version), JSON.stringify(model));
