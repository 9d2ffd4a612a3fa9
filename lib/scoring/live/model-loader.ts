import {
  type CurrentModels,
  MODEL_KINDS,
  type ModelByKind,
  type ModelKind,
} from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import { StoreError } from '#lib/platform/errors.ts';
import type { Log } from '#lib/platform/log.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { ModelSet, NoModelReason } from '#lib/scoring/prepared-models.ts';

/** The models that serve, and why a kind is missing. */
export interface LoadedModels {
  set: ModelSet;
  absent: { [K in ModelKind]?: NoModelReason };
}

const MAX_OLDER_VERSIONS = 10;

/**
 * Loads what `models/current.json` names. A file that is missing, does not parse or is of features that this code does
 * not know is never loaded, and said so in the log, once: the model of its kind that served before goes on, or, where
 * none did, the newest good one of those that were live earlier.
 * @throws StoreError when the store fails: then nothing changes
 */
export function createModelLoader(store: ObjectStore, log: Log) {
  const refused = new Set<string>();

  async function read<K extends ModelKind>(kind: K, version: string): Promise<ModelByKind[K] | undefined> {
    const key = modelKey(kind, version);
    if (refused.has(key)) return undefined;
    try {
      const model = await readModel(store, kind, version);
      if (model === undefined) throw new Error(`${key} does not exist`);
      return model;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      refused.add(key);
      log('error', 'model refused', { kind, version, reason: (error as Error).message });
      return undefined;
    }
  }

  async function newestGood<K extends ModelKind>(kind: K, { models, history }: CurrentModels) {
    const named = new Set([models[kind], ...history.map((publication) => publication.models[kind])]);
    for (const version of [...named].filter((one) => one !== undefined).slice(0, MAX_OLDER_VERSIONS)) {
      const model = await read(kind, version);
      if (model !== undefined) return model;
    }
    return undefined;
  }

  /** @param current undefined when nothing was published yet */
  return async (
    current: CurrentModels | undefined,
    before: LoadedModels | undefined,
  ): Promise<LoadedModels> => {
    const loaded: LoadedModels = { set: {}, absent: {} };
    if (current === undefined) return loaded;
    const take = async <K extends ModelKind>(kind: K): Promise<void> => {
      const version = current.models[kind];
      if (version === undefined) return;
      const serving: ModelByKind[K] | undefined = before?.set[kind];
      const model =
        serving === undefined
          ? await newestGood(kind, current)
          : serving.version === version
            ? serving
            : ((await read(kind, version)) ?? serving);
      if (model === undefined) loaded.absent[kind] = 'model_refused';
      else Object.assign(loaded.set, { [kind]: model });
    };
    await Promise.all(MODEL_KINDS.map(take));
    return loaded;
  };
}
