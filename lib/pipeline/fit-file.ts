import type { AnyModel, ModelByKind, ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { missingObject } from './run-files.ts';

/** Where a run notes which model of a kind it has fitted. */
const fitKey = (runId: string, kind: ModelKind): string => `runs/${runId}/fits/${kind}.json`;

/** @throws StoreError */
export const writeFittedModel = (
  store: ObjectStore,
  runId: string,
  { kind, version, status }: AnyModel,
): Promise<void> =>
  store.put(fitKey(runId, kind), JSON.stringify({ kind, version, status }), 'application/json');

/**
 * The model of a kind that a run has fitted, proven to be what its name says.
 * @throws Error naming what is missing or damaged; StoreError
 */
export async function readFittedModel<K extends ModelKind>(
  store: ObjectStore,
  runId: string,
  kind: K,
): Promise<ModelByKind[K]> {
  const stored = await store.get(fitKey(runId, kind));
  if (stored === undefined) throw missingObject(fitKey(runId, kind));
  const { version } = JSON.parse(new TextDecoder().decode(stored.body)) as { version: string };
  const model = await readModel(store, kind, version);
  if (model === undefined) throw missingObject(modelKey(kind, version));
  return model;
}
