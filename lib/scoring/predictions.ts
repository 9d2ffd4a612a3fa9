import { type Features, type OwnFeatures, withActivity } from '#lib/features/features.ts';
import { writeRow } from '#lib/models/coordinates.ts';
import { calibrated, classify } from '#lib/models/lifecycle/predict.ts';
import type { Stage } from '#lib/models/model-files.ts';
import { type Nearest, nearestProfile } from './nearest-profile.ts';
import type { Influence, NoModel, PreparedModels } from './prepared-models.ts';
import { stageOf } from './stage.ts';

/** Why a figure is null. */
export type Missing =
  | NoModel
  /** the member has not been here for a whole week */
  | 'too_new'
  /** whoever is away already cannot leave */
  | 'already_churned'
  /** the member is not among the most influential, or acts on nobody and nobody on them */
  | 'not_ranked'
  /** nothing that the member did counts as an action */
  | 'no_actions';

/** What models say of a member, unrounded, or why they say nothing. */
export interface Figures {
  features: Features;
  /** a share of the community; NaN while its size is unknown */
  activity: number;
  percentile: number | undefined;
  retention: number | undefined;
  stage: Stage;
  churnRisk: number | undefined;
  profile: Nearest | undefined;
  value: Prediction | undefined;
  influence: Influence | undefined;
}

/** Net payment of the next 30 days in minor units, never below 0, and its 80 % interval. */
export interface Prediction {
  amount: number;
  low: number;
  high: number;
}

/**
 * Scores one member with the models at hand: the same code for this second and for every night.
 * @param own as `ownFeatures` makes them
 */
export function figuresOf(own: OwnFeatures, models: PreparedModels, userId?: string): Figures {
  const community = models.community.ready;
  const features = withActivity(own, community?.members ?? Number.NaN);
  const stage = stageOf(own, models.thresholds);
  const profiles = models.profiles.ready;
  return {
    features,
    activity: features.activity,
    percentile: community?.percentile(own.interactions30),
    retention: own.retentionWeeks === 0 ? undefined : own.retention,
    stage,
    churnRisk: stage === 'churned' ? undefined : churnRiskOf(features, models),
    profile: profiles === undefined ? undefined : nearestProfile(profiles, features),
    value: predictionOf(features, models),
    influence: userId === undefined ? undefined : models.influence.ready?.get(userId),
  };
}

function churnRiskOf(features: Features, { lifecycle: { ready } }: PreparedModels): number | undefined {
  if (ready === undefined) return undefined;
  writeRow(ready.coordinates, features, ready.row);
  return calibrated(ready.calibration, classify(ready.classifier, ready.row));
}

function predictionOf(features: Features, { value: { ready } }: PreparedModels): Prediction | undefined {
  if (ready === undefined) return undefined;
  let amount = ready.base;
  for (let i = 0; i < ready.features.length; i += 1) {
    amount += ready.estimates[i]! * deviation(features[ready.features[i]!], ready.means[i]!);
  }
  const { low, high } = ready.intervals.find(({ upTo }) => upTo === null || amount <= upTo)!;
  return { amount: Math.max(0, amount), low: Math.max(0, amount + low), high: Math.max(0, amount + high) };
}

/** How far from the mean; what is unknown counts as at the mean. */
export const deviation = (x: number, mean: number): number => (Number.isNaN(x) ? 0 : x - mean);
