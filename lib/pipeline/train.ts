import { dayNumber } from '#lib/features/features.ts';
import { fitCommunity } from '#lib/models/community/train.ts';
import { fitInfluence } from '#lib/models/influence/train.ts';
import type { StageThresholds } from '#lib/models/lifecycle/schema.ts';
import { fitLifecycle } from '#lib/models/lifecycle/train.ts';
import type { ModelKind } from '#lib/models/model-files.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { fitProfiles } from '#lib/models/profiles/train.ts';
import { CURRENT_KEY, parseCurrentModels } from '#lib/models/registry/current-models.ts';
import { readModel, writeModel } from '#lib/models/registry/model-store.ts';
import type { AnyModel, FittedModel, ModelByKind } from '#lib/models/registry/models.ts';
import { findVersionsBefore } from '#lib/models/registry/publications.ts';
import { fitValue } from '#lib/models/value/train.ts';
import { type Env, wholeNumber } from '#lib/platform/env.ts';
import { StoreError } from '#lib/platform/errors.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { CommunitySums } from '#lib/reports/sums.ts';
import { DEFAULT_THRESHOLDS } from '#lib/scoring/prepared-models.ts';
import { featurePartitions, tiePartitions, trainingPartitions } from './partitions.ts';
import { readPlan, readSums, writeFittedModel } from './run-files.ts';

export interface TrainingTask {
  runId: string;
  asOf: string;
  kind: ModelKind;
}

/** How a deployment wants its models. */
interface TrainingConfig {
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
  config: TrainingConfig,
): Promise<AnyModel> {
  const { parts } = await readPlan(store, runId);
  const run: TrainingRun = {
    store,
    runId,
    asOf,
    parts,
    sums: await readSums(store, runId, parts),
    config,
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
    const { asOf, config } = run;
    const previous = await previousProfiles(run);
    return fitProfiles(featuresOfRun(run), {
      asOf,
      ...(config.profiles !== undefined && { k: config.profiles }),
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

const MIN_PROFILES = 2;
const MAX_PROFILES = 10;

/**
 * How a deployment wants its models, from `ZHIQUN_CURRENCY`, `ZHIQUN_PROFILES` and `ZHIQUN_LIFECYCLE`.
 * @throws Error naming the variable that is wrong
 */
export function trainingConfigFromEnv(env: Env): TrainingConfig {
  const isSet = Boolean(env['ZHIQUN_PROFILES']);
  const profiles = isSet ? wholeNumber(env, 'ZHIQUN_PROFILES', MIN_PROFILES) : undefined;
  if (profiles !== undefined && (profiles < MIN_PROFILES || profiles > MAX_PROFILES))
    throw new Error(`ZHIQUN_PROFILES must be ${MIN_PROFILES} to ${MAX_PROFILES}, not ${profiles}`);
  return {
    currency: (env['ZHIQUN_CURRENCY'] || 'CNY').toUpperCase(),
    thresholds: parseThresholds(env['ZHIQUN_LIFECYCLE'] || '{}'),
    profiles,
  };
}

/** @param json some of the thresholds; the others are as usual */
function parseThresholds(json: string): StageThresholds {
  const expected = `ZHIQUN_LIFECYCLE must be JSON such as ${JSON.stringify(DEFAULT_THRESHOLDS)}, in days, silentDays below churnedDays`;
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch (cause) {
    throw new Error(expected, { cause });
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error(expected);
  const unknown = Object.keys(given).find((name) => !(name in DEFAULT_THRESHOLDS));
  if (unknown !== undefined) throw new Error(`${expected}; there is no ${unknown}`);
  const thresholds: StageThresholds = { ...DEFAULT_THRESHOLDS, ...given };
  const areDays = Object.values(thresholds).every((days) => Number.isInteger(days) && days >= 1);
  if (!areDays || thresholds.silentDays >= thresholds.churnedDays) throw new Error(expected);
  return thresholds;
}
