import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import { CURRENT_KEY, parseCurrentModels } from '#lib/models/registry/current-models.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { ModelByKind } from '#lib/models/registry/models.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import type { ObjectStore, StoredObject } from '#lib/platform/object-store.ts';
import {
  type ModelSet,
  type NoModelReason,
  type PreparedModels,
  prepareModels,
} from '#lib/scoring/prepared-models.ts';

/** What to score with, and how sure it is to be what is live. */
export interface LiveModels {
  models: PreparedModels;
  /** seconds since the store last said that these are live, once a check is overdue; absent while all is well */
  staleSeconds?: number;
}

interface LiveModelsOptions {
  store: ObjectStore;
  /** milliseconds */
  now: () => number;
  log: Log;
}

const CHECK_EVERY_MS = 30_000;
/** Nothing is in memory yet, so the store is asked again sooner. */
const RETRY_EMPTY_MS = 3_000;
const MAX_WAIT_MS = 50;
const FIRST_MAX_WAIT_MS = 4_000;

interface Live {
  loaded: LoadedModels;
  models: PreparedModels;
  etag: string | undefined;
}

const createEmptyModels = (why: NoModelReason): PreparedModels =>
  prepareModels({}, {}, Object.fromEntries(MODEL_KINDS.map((kind) => [kind, why])));
const UNREACHABLE = createEmptyModels('models_unreachable');
const REFUSED = createEmptyModels('model_refused');

/**
 * The live models in memory. `models/current.json` is checked by its etag every 30 s, as requests come; one waits for that at most
 * 50 ms, but for the first of all. A check that takes longer is waited for by the next request: between requests a
 * function is frozen. While the store fails, what is loaded goes on serving.
 * @returns never throws; without any models the figures say why they are missing
 */
export function liveModels({ store, now, log }: LiveModelsOptions): () => Promise<LiveModels> {
  const load = createModelLoader(store, log);
  let live: Live | undefined;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | undefined;

  async function check(): Promise<void> {
    const began = now();
    const etag = live?.etag;
    const found = etag === undefined ? await store.get(CURRENT_KEY) : await store.get(CURRENT_KEY, etag);
    if (found !== 'unchanged') live = await taken(found);
    confirmedAt = began;
  }

  async function taken(found: StoredObject | undefined): Promise<Live> {
    let current: CurrentModels | undefined;
    try {
      current = found && parseCurrentModels(found.body);
    } catch (error) {
      log('error', 'model refused', {
        kind: 'current',
        modelVersion: found?.etag,
        reason: (error as Error).message,
      });
      return { ...(live ?? { loaded: { set: {}, absent: {} }, models: REFUSED }), etag: found?.etag };
    }
    const loaded = await load(current, live?.loaded);
    return {
      loaded,
      models: prepareModels(loaded.set, current?.profileNames, loaded.absent),
      etag: found?.etag,
    };
  }

  async function checked(): Promise<void> {
    try {
      // A connection that was open when the function was frozen is found broken now; the next one is not.
      await check().catch(check);
    } catch (error) {
      failedAt = now();
      log('warn', 'live models not checked', errorFields(error));
    }
  }

  return async () => {
    const retryMs = live === undefined ? RETRY_EMPTY_MS : CHECK_EVERY_MS;
    if (now() - confirmedAt >= CHECK_EVERY_MS && now() - failedAt >= retryMs) {
      checking ??= checked().finally(() => {
        checking = undefined;
      });
    }
    const isFirst = live === undefined && failedAt === Number.NEGATIVE_INFINITY;
    if (checking !== undefined) await waitAtMost(checking, isFirst ? FIRST_MAX_WAIT_MS : MAX_WAIT_MS);
    if (live === undefined) return { models: UNREACHABLE };
    const age = now() - confirmedAt;
    const { models } = live;
    return age < CHECK_EVERY_MS ? { models } : { models, staleSeconds: Math.floor(age / 1_000) };
  };
}

function waitAtMost(work: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The models that serve, and why a kind is missing. */
interface LoadedModels {
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
function createModelLoader(store: ObjectStore, log: Log) {
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
      log('error', 'model refused', { kind, modelVersion: version, reason: (error as Error).message });
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
