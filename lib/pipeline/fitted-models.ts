import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { ModelSet } from '#lib/scoring/prepared-models.ts';
import { missingPart } from './run-files.ts';

/**
 * The models that the fits of a run made, those that say "insufficient" too.
 * @throws Error naming the object when one is missing or does not read; StoreError
 */
export async function fittedModels(store: ObjectStore, runId: string): Promise<ModelSet> {
  const models = await Promise.all(
    MODEL_KINDS.map(async (kind) => [kind, await fittedModel(store, runId, kind)]),
  );
  return Object.fromEntries(models);
}

async function fittedModel<K extends ModelKind>(store: ObjectStore, runId: string, kind: K) {
  const key = `runs/${runId}/fits/${kind}.json`;
  const fit = await store.get(key);
  if (fit === undefined) throw missingPart(key);
  const { version } = JSON.parse(new TextDecoder().decode(fit.body)) as { version: string };
  const model = await readModel(store, kind, version);
  if (model === undefined) throw missingPart(modelKey(kind, version));
  return model;
}
