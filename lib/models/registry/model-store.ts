import type { ModelKind } from '#lib/models/model-files.ts';
import { computeVersion, modelKey, type Unversioned } from '#lib/models/model-version.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { type ModelByKind, parseModel, readModelFile } from './models.ts';

/**
 * Reads a model file.
 * @returns undefined when there is none
 * @throws Error saying what is wrong with it, when it does not read or is not what it says it is; StoreError
 */
export async function readModel<K extends ModelKind>(
  store: ObjectStore,
  kind: K,
  version: string,
): Promise<ModelByKind[K] | undefined> {
  const stored = await store.get(modelKey(kind, version));
  if (stored === undefined) return undefined;
  const { model, raw } = readModelFile(kind, stored.body);
  // Of what stands in the file: the model may have defaults for what a release has added since, or lack what one took away.
  const [stated, actual] = [model.version, computeVersion(raw)];
  if (stated !== version || actual !== version)
    throw new Error(
      `${modelKey(kind, version)} is corrupt: it says it is ${stated}, and its content is that of ${actual}`,
    );
  return model;
}

/**
 * Gives a model its version and writes its file. The same content always goes to the same place.
 * @throws Error when it is no model that could be read again: a figure in it is no number, for example; StoreError
 */
export async function writeModel<K extends ModelKind>(
  store: ObjectStore,
  kind: K,
  made: Unversioned<ModelByKind[K]>,
): Promise<ModelByKind[K]> {
  const { kind: _, format: __, ...rest } = made as unknown as { kind: K; format: 1; asOf: string };
  const version = computeVersion({ kind, format: 1, ...rest } as { asOf: string });
  const json = JSON.stringify({ kind, format: 1, version, ...rest });
  const model = parseModel(kind, json);
  await store.put(modelKey(kind, version), json, 'application/json');
  return model;
}
