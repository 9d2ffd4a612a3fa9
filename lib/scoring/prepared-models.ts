import type { FeatureName, LocalizedText } from '#lib/features/catalogue.ts';
import type { OwnFeatures } from '#lib/features/features.ts';
import type { CommunityModel } from '#lib/models/community/schema.ts';
import type { StageThresholds } from '#lib/models/lifecycle/schema.ts';
import type { ModelKind, Stage } from '#lib/models/model-files.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import type { FittedModel, ModelByKind } from '#lib/models/registry/models.ts';
import type { Coordinate } from '#lib/models/schema.ts';

/** Model files as they were read; kinds that are not live are left out. */
export type ModelSet = { [K in ModelKind]?: ModelByKind[K] | undefined };

/** Why there is no model to score with. */
export type NoModelReason =
  /** none was published so far */
  | 'no_model'
  /** there was too little to fit one on; its file says what */
  | 'insufficient_data'
  /** its file cannot be used by this version of zhiqun */
  | 'model_refused'
  /** the store of models does not answer, and none is in memory */
  | 'models_unreachable';

type Model<T> = { ready: T; why?: undefined } | { ready?: undefined; why: NoModelReason };

/** Models made ready for scoring: what is asked for again and again lies in typed arrays. */
export interface PreparedModels {
  versions: { [K in ModelKind]?: string };
  thresholds: StageThresholds;
  community: Model<PreparedCommunity>;
  profiles: Model<PreparedProfiles>;
  lifecycle: Model<PreparedLifecycle>;
  value: Model<PreparedValue>;
  influence: Model<ReadonlyMap<string, Influence>>;
}

interface PreparedCommunity {
  members: number;
  asOf: string;
  percentile: Percentile;
  means: CommunityModel['means'];
  medians: CommunityModel['medians'];
}

interface PreparedProfiles {
  coordinates: readonly Coordinate[];
  /** centre i begins at i × coordinates.length */
  centres: Float64Array;
  profiles: readonly { id: string; name: LocalizedText }[];
  /** room for one member's coordinates */
  row: Float64Array;
}

interface PreparedLifecycle {
  coordinates: readonly Coordinate[];
  classifier: FittedModel<'lifecycle'>['classifier'];
  calibration: FittedModel<'lifecycle'>['calibration'];
  row: Float64Array;
}

interface PreparedValue {
  currency: string;
  features: readonly FeatureName[];
  estimates: Float64Array;
  means: Float64Array;
  /** the prediction for who is at the mean of everything */
  base: number;
  intervals: FittedModel<'value'>['intervals'];
}

/** A member's place among those who move others. */
export interface Influence {
  /** 1 is the most influential */
  rank: number;
  pageRank: number;
  percentile: number;
  circle: number;
}

/**
 * Makes models ready for scoring. Do it once for as long as they are live.
 * @param names what operators call profiles, in place of the models' own names
 * @param absent why a kind is not in the set, where it is more than that there is none
 */
export function prepareModels(
  models: ModelSet,
  names: CurrentModels['profileNames'] = {},
  absent: { [K in ModelKind]?: NoModelReason | undefined } = {},
): PreparedModels {
  const { community, influence } = models;
  const why = (kind: ModelKind): { why: NoModelReason } => ({ why: absent[kind] ?? 'no_model' });
  // A member's activity is a share of the community: without its size, what asks for activity cannot answer.
  const scorable = <K extends 'profiles' | 'lifecycle' | 'value', T>(
    kind: K,
    make: (model: FittedModel<K>) => T,
  ): Model<T> => {
    const model = models[kind];
    if (model === undefined) return why(kind);
    if (community === undefined && usesActivity(model)) return why('community');
    return prepareFitted<ModelByKind[K], T>(model, make as never);
  };
  const versions: PreparedModels['versions'] = {};
  for (const model of Object.values(models)) if (model !== undefined) versions[model.kind] = model.version;
  return {
    versions,
    thresholds: models.lifecycle?.thresholds ?? DEFAULT_THRESHOLDS,
    community: community === undefined ? why('community') : { ready: prepareCommunity(community) },
    profiles: scorable('profiles', (model) => prepareProfiles(model, names)),
    lifecycle: scorable('lifecycle', prepareLifecycle),
    value: scorable('value', prepareValue),
    influence: influence === undefined ? why('influence') : prepareFitted(influence, prepareInfluence),
  };
}

function usesActivity(model: ModelByKind['profiles' | 'lifecycle' | 'value']): boolean {
  if (model.status !== 'fitted') return false;
  const used = 'coordinates' in model ? model.coordinates : model.coefficients;
  return used.some(({ feature }) => feature === 'activity');
}

function prepareFitted<M extends { status: string }, T>(
  model: M,
  make: (model: Extract<M, { status: 'fitted' }>) => T,
): Model<T> {
  if (model.status !== 'fitted') return { why: 'insufficient_data' };
  return { ready: make(model as Extract<M, { status: 'fitted' }>) };
}

const prepareCommunity = (model: CommunityModel): PreparedCommunity => ({
  members: model.members,
  asOf: model.asOf,
  percentile: createPercentile(model.activityPercentiles),
  means: model.means,
  medians: model.medians,
});

function prepareProfiles(
  { coordinates, clusters }: FittedModel<'profiles'>,
  names: CurrentModels['profileNames'],
): PreparedProfiles {
  return {
    coordinates,
    centres: Float64Array.from(clusters.flatMap(({ centroid }) => centroid)),
    profiles: clusters.map(({ id, name }) => ({ id, name: { ...name, ...names[id] } })),
    row: new Float64Array(coordinates.length),
  };
}

const prepareLifecycle = (model: FittedModel<'lifecycle'>): PreparedLifecycle => ({
  coordinates: model.coordinates,
  classifier: model.classifier,
  calibration: model.calibration,
  row: new Float64Array(model.coordinates.length),
});

function prepareValue({ currency, coefficients, means, intervals }: FittedModel<'value'>): PreparedValue {
  const [intercept, ...slopes] = coefficients;
  const features = slopes.map(({ feature }) => feature as FeatureName);
  const estimates = Float64Array.from(slopes, ({ estimate }) => estimate);
  const base = estimates.reduce((sum, estimate, i) => sum + estimate * means[i]!, intercept?.estimate ?? 0);
  return { currency, features, estimates, means: Float64Array.from(means), base, intervals };
}

const prepareInfluence = ({ top }: FittedModel<'influence'>): ReadonlyMap<string, Influence> =>
  new Map(top.map(({ userId, ...place }, i) => [userId, { rank: i + 1, ...place }]));

/** Looks up which share of the community's members has a lower count, those with the same one counting half. */
type Percentile = (count: number) => number;

/**
 * The percentile by the community's spread. A count that no member had at night lies between those that some had.
 * @returns a share between 0 and 1
 */
function createPercentile({ counts, shares }: CommunityModel['activityPercentiles']): Percentile {
  const values = Float64Array.from(counts);
  const exact = Float64Array.from(shares);
  const below = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) {
    // The share at a count is what lies below it and half of those on it, so the other half lies below the next.
    const next = 2 * exact[i]! - below[i]!;
    below[i + 1] = Math.min(Math.max(next, exact[i]!), exact[i + 1] ?? 1);
  }
  return (count) => {
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle]! < count) low = middle + 1;
      else high = middle;
    }
    return values[low] === count ? exact[low]! : below[low]!;
  };
}

/** What counts as new, silent and churned where no lifecycle model says otherwise. */
export const DEFAULT_THRESHOLDS: StageThresholds = { newDays: 14, silentDays: 14, churnedDays: 45 };

type Times = Pick<OwnFeatures, 'tenureDays' | 'recencyDays' | 'returnGapDays'>;

/**
 * The stage of a member's life in the community (生命周期): new, churned and silent by the days since the first and
 * the last action; returning is active again after a gap as long as that of the churned.
 */
export function classifyStage({ tenureDays, recencyDays, returnGapDays }: Times, at: StageThresholds): Stage {
  if (tenureDays < at.newDays) return 'new';
  if (recencyDays >= at.churnedDays) return 'churned';
  if (recencyDays >= at.silentDays) return 'silent';
  return returnGapDays >= at.churnedDays ? 'returning' : 'active';
}
