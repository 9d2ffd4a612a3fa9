import type { LocalizedText } from '#lib/features/catalogue.ts';
import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { CurrentModels, CurrentModelsFile } from './current-models.ts';
import { readModel } from './model-store.ts';
import type { AnyModel } from './models.ts';
import { applyRollback, findRollbackTarget, isSameModels, type RollbackOptions } from './publications.ts';

/** What is known of a live model at a glance. */
export interface LiveModel {
  kind: ModelKind;
  version: string;
  /** `refused`: its file cannot be used, and the last good one of its kind serves */
  status: AnyModel['status'] | 'refused';
  asOf?: string;
  /** rows it was fitted on */
  members?: number;
  /** of one that is refused */
  reason?: string;
}

/** What a profile is called, what its model calls it, and what operators do. */
export interface ProfileName {
  id: string;
  name: LocalizedText;
  ownName: LocalizedText;
  givenName: Partial<LocalizedText>;
}

/** The models of a deployment, as the API and the console need them. All methods throw StoreError. */
export interface ModelRegistry {
  /** undefined before the first publication */
  current(): Promise<CurrentModels | undefined>;
  live(current: CurrentModels): Promise<LiveModel[]>;
  /** undefined when there is no such file. @throws ApiError 409 `model_refused` when it does not read */
  model(kind: ModelKind, version: string): Promise<AnyModel | undefined>;
  /**
   * @param caller the id of the key that asked for it
   * @throws ApiError 409 `nothing_to_roll_back_to`, `model_refused`, `nothing_published`; 404 `model_not_found`, `publication_not_found`
   */
  rollback(options: RollbackOptions, caller: string): Promise<CurrentModels>;
  /**
   * Calls a live profile by another name; a language left out goes by the model's own.
   * @throws ApiError 404 `profile_not_found`
   */
  rename(profileId: string, name: Partial<LocalizedText>): Promise<ProfileName>;
}

const MAX_CACHED_GLANCES = 100;

/** @param now milliseconds since 1970 */
export function modelRegistry(store: ObjectStore, file: CurrentModelsFile, now: () => number): ModelRegistry {
  // Model files never change, and some are of megabytes.
  const glances = new Map<string, LiveModel>();

  async function model(kind: ModelKind, version: string): Promise<AnyModel | undefined> {
    try {
      return await readModel(store, kind, version);
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'Error') throw modelRefused(cause);
      throw cause;
    }
  }

  async function liveModel(kind: ModelKind, version: string): Promise<LiveModel> {
    const key = modelKey(kind, version);
    const seen = glances.get(key);
    if (seen !== undefined) return seen;
    try {
      const found = await model(kind, version);
      if (found === undefined) return { kind, version, status: 'refused', reason: 'its file is not there' };
      const { status, asOf, members } = found;
      const glance: LiveModel = { kind, version, status, asOf, members };
      if (glances.size >= MAX_CACHED_GLANCES) glances.clear();
      glances.set(key, glance);
      return glance;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { kind, version, status: 'refused', reason: error.message };
    }
  }

  async function mustServe(models: CurrentModels['models']): Promise<void> {
    for (const kind of MODEL_KINDS) {
      const version = models[kind];
      if (version !== undefined && (await model(kind, version)) === undefined)
        throw new ApiError(
          404,
          'model_not_found',
          `There is no ${kind} model ${version}. GET /v1/models lists them.`,
        );
    }
  }

  return {
    model,
    current: file.read,

    live: (current) =>
      Promise.all(
        MODEL_KINDS.flatMap((kind) => {
          const version = current.models[kind];
          return version === undefined ? [] : [liveModel(kind, version)];
        }),
      ),

    async rollback(options, caller) {
      const { current } = await file.change(async (before) => {
        if (before === undefined) throw nothingPublished();
        const target = findRollbackTarget(before, options);
        if (target === 'unknown_publication')
          throw new ApiError(
            404,
            'publication_not_found',
            'There was no publication at this time. GET /v1/models lists them.',
          );
        if (target === 'nothing_before')
          throw new ApiError(
            409,
            'nothing_to_roll_back_to',
            'Nothing was live before this. GET /v1/models lists what was.',
          );
        if (isSameModels(target.models, before.models))
          throw new ApiError(409, 'nothing_to_roll_back_to', 'This is what is live already.');
        await mustServe(target.models);
        const publishedAt = new Date(now()).toISOString();
        return { current: applyRollback(before, target, { publishedAt, caller }) };
      });
      return current;
    },

    async rename(profileId, name) {
      const { renamed } = await file.change(async (before) => {
        const version = before?.models.profiles;
        const found = version === undefined ? undefined : await model('profiles', version);
        const clusters = found?.kind === 'profiles' && found.status === 'fitted' ? found.clusters : [];
        const cluster = clusters.find(({ id }) => id === profileId);
        if (before === undefined || cluster === undefined)
          throw new ApiError(
            404,
            'profile_not_found',
            'No live profile has this id. GET /v1/models/profiles/{version} lists them.',
          );
        const { [profileId]: _, ...others } = before.profileNames;
        const isGiven = name.zh !== undefined || name.en !== undefined;
        const profileNames = isGiven ? { ...others, [profileId]: name } : others;
        return {
          current: { ...before, profileNames },
          renamed: {
            id: profileId,
            name: { ...cluster.name, ...name },
            ownName: cluster.name,
            givenName: name,
          },
        };
      });
      return renamed;
    },
  };
}

const nothingPublished = (): ApiError =>
  new ApiError(409, 'nothing_published', 'No models were published yet: the first nightly run does.');

const modelRefused = (cause: Error): ApiError =>
  new ApiError(409, 'model_refused', `This model cannot be used: ${cause.message}`, { cause });
