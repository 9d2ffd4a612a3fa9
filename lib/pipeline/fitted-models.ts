import type { ModelByKind } from '#lib/models/model-files.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { readFittedModel } from './fit-file.ts';

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
