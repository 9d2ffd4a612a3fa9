import { dayNumber } from '#lib/features/features.ts';
import { fitCommunity } from '#lib/models/community/train.ts';
import { fitInfluence } from '#lib/models/influence/train.ts';
import { fitLifecycle } from '#lib/models/lifecycle/train.ts';
import type {
  AnyModel,
  FittedModel,
  ModelByKind,
  ModelKind,
  StageThresholds,
} from '#lib/models/model-files.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { fitProfiles } from '#lib/models/profiles/train.ts';
import { CURRENT_KEY, parseCurrentModels } from '#lib/models/registry/current-file.ts';
import { readModel, writeModel } from '#lib/models/registry/model-store.ts';
import { findVersionsBefore } from '#lib/models/registry/publications.ts';
import { fitValue } from '#lib/models/value/train.ts';
import { StoreError } from '#lib/platform/errors.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { CommunitySums } from '#lib/reports/sums.ts';
import { writeFittedModel } from './fit-file.ts';
import { featurePartitions, tiePartitions, trainingPartitions } from './partitions.ts';
import { readPlan } from './plan-file.ts';
import { readSums } from './read-sums.ts';

export interface TrainingTask {
  runId: string;
  asOf: string;
  kind: ModelKind;
}

/** How a deployment wants its models. */
export interface TrainingConfig {
  currency: string;
  thresholds: StageThresholds;
  /** how many profiles there are to be; chosen by silhouette when it is not set */
  profiles?: number | undefined;
}

/**
 * Fits one model on a run's snapshot, writes its file and notes its version with the run. The same snapshot, settings
 * and earlier model give the same bytes under the same name.
 * @throws Error naming what is missing or wrong; StoreError
 */
export async function trainModel(
  store: ObjectStore,
  { runId, asOf, kind }: TrainingTask,
  wishes: TrainingConfig,
): Promise<AnyModel> {
  const { parts } = await readPlan(store, runId);
  const run: TrainingRun = {
    store,
    runId,
    asOf,
    parts,
    sums: await readSums(store, runId, parts),
    config: wishes,
  };
  const model: AnyModel = await writeModel<ModelKind>(store, kind, await TRAINERS[kind](run));
  await writeFittedModel(store, runId, model);
  return model;
}

interface TrainingRun {
  store: ObjectStore;
  runId: string;
  asOf: string;
  parts: number;
  sums: CommunitySums;
  config: TrainingConfig;
}

const TRAINERS: { [K in ModelKind]: (run: TrainingRun) => Promise<Unversioned<ModelByKind[K]>> } = {
  community: (run) => fitCommunity(featuresOfRun(run), { asOf: run.asOf }),

  async profiles(run) {
    const { asOf, config: wishes } = run;
    const previous = await previousProfiles(run);
    return fitProfiles(featuresOfRun(run), {
      asOf,
      ...(wishes.profiles !== undefined && { k: wishes.profiles }),
      ...(previous !== undefined && { previous }),
    });
  },

  lifecycle: (run) => fitLifecycle(trainingOfRun(run), { asOf: run.asOf, thresholds: run.config.thresholds }),

  value: (run) =>
    fitValue(trainingOfRun(run), {
      asOf: run.asOf,
      historyDays: run.sums.firstDate === null ? 0 : dayNumber(run.asOf) - dayNumber(run.sums.firstDate),
      currency: run.config.currency,
    }),

  influence: ({ store, runId, parts, asOf }) => fitInfluence(tiePartitions(store, runId, parts), { asOf }),
};

const featuresOfRun = ({ store, runId, parts, sums }: TrainingRun) =>
  featurePartitions(store, runId, parts, sums.members);
const trainingOfRun = ({ store, runId, parts, sums }: TrainingRun) =>
  trainingPartitions(store, runId, parts, sums.membersThen);

/**
 * The profiles that the new ones take their names from: the newest that were live and are of an earlier date.
 * A file that cannot be used any more is passed over.
 */
async function previousProfiles({ store, asOf }: TrainingRun): Promise<FittedModel<'profiles'> | undefined> {
  const stored = await store.get(CURRENT_KEY);
  if (stored === undefined) return undefined;
  for (const version of findVersionsBefore(parseCurrentModels(stored.body), 'profiles', asOf)) {
    try {
      const model = await readModel(store, 'profiles', version);
      if (model?.status === 'fitted') return model;
    } catch (error) {
      if (error instanceof StoreError) throw error;
    }
  }
  return undefined;
}
