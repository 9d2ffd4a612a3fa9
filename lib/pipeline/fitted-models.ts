import type { ModelByKind } from '#lib/models/model-files.ts';
import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { ModelSet } from '#lib/scoring/prepared-models.ts';
import { readFittedModel } from './fit-file.ts';
import { missingObject } from './run-files.ts';

/**
 * The models that the fits of a run made, those that say "insufficient" too.
 * @throws Error naming the object when one is missing or does not read; StoreError
 */
export async function readFittedModels(store: ObjectStore, runId: string): Promise<ModelByKind> {
  const models = await Promise.all(
    MODEL_KINDS.map(async (kind) => [kind, await readFittedModel(store, runId, kind)] as const),
  );
  return Object.fromEntries(models) as unknown as ModelByKind;
}
