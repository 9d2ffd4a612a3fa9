import type { OwnFeatures } from '#lib/features/features.ts';
import type { Stage } from '#lib/models/model-files.ts';
import type { Language } from '#lib/platform/language.ts';
import { explainProfile, explainValue, type ProfileReason, type ValueContribution } from './explanations.ts';
import { computePredictions, type Predictions, type WhyMissing } from './predictions.ts';
import type { Influence, PreparedModels } from './prepared-models.ts';

/** What zhiqun says of one member. Shares and percentiles are between 0 and 1; what is null has its reason in `missing`. */
export interface Score {
  activity: {
    /** 活跃度: count / members of the community */
    value: number | null;
    /** posts, replies, likes and activities joined in the last 30 days */
    count: number;
    percentile: number | null;
  };
  /** the share of the complete weeks since joining, at most 12, in which the member was active */
  retention: number | null;
  stage: Stage | null;
  /** the probability of doing nothing in the next 30 days */
  churnRisk: number | null;
  profile: {
    id: string;
    name: string;
    distance: number;
    margin: number;
    /** strongest first; left out unless asked for */
    reasons?: ProfileReason[];
  } | null;
  /** net payment expected in the next 30 days, in minor units */
  value: {
    amountMinor: number;
    currency: string;
    /** with 80 % probability between these */
    low: number;
    high: number;
    /** what is expected of who is at the mean of everything; with all contributions it makes the amount */
    base: number;
    /** strongest first; left out unless asked for */
    contributions?: ValueContribution[];
  } | null;
  influence: Influence | null;
  missing: { [F in ScorePart]?: WhyMissing };
}

export type ScorePart = 'activity' | 'retention' | 'stage' | 'churnRisk' | 'profile' | 'value' | 'influence';

export interface ScoreOptions {
  /** whose influence to look up */
  userId?: string;
  /** with reasons and contributions; true by default */
  explain?: boolean;
  /** of names and reasons; Chinese by default */
  language?: Language;
}

/**
 * Scores one member and says why.
 * @param own as `ownFeatures` makes them: undefined for a member who has done nothing yet: then nothing can be computed
 * @param models as `prepare` makes them
 */
export function computeScore(
  own: OwnFeatures | undefined,
  models: PreparedModels,
  { userId, explain = true, language = 'zh' }: ScoreOptions = {},
): Score {
  if (own === undefined) return EMPTY_SCORE;
  const figures = computePredictions(own, models, userId);
  const { activity, percentile, stage } = figures;
  return {
    activity: {
      value: Number.isNaN(activity) ? null : activity,
      count: own.interactions30,
      percentile: percentile ?? null,
    },
    retention: figures.retention ?? null,
    stage,
    churnRisk: figures.churnRisk ?? null,
    profile: toAssignedProfile(figures, models, explain, language),
    value: toExpectedValue(figures, models, explain, language),
    influence: figures.influence ?? null,
    missing: findMissing(figures, models),
  };
}

const EMPTY_SCORE: Score = {
  activity: { value: null, count: 0, percentile: null },
  retention: null,
  stage: null,
  churnRisk: null,
  profile: null,
  value: null,
  influence: null,
  missing: {
    activity: 'no_actions',
    retention: 'no_actions',
    stage: 'no_actions',
    churnRisk: 'no_actions',
    profile: 'no_actions',
    value: 'no_actions',
    influence: 'no_actions',
  },
};

function toAssignedProfile(
  figures: Predictions,
  models: PreparedModels,
  explain: boolean,
  language: Language,
): Score['profile'] {
  const { profile: nearest } = figures;
  const profile = models.profiles.ready?.profiles[nearest?.index ?? -1];
  if (nearest === undefined || profile === undefined) return null;
  return {
    id: profile.id,
    name: profile.name[language],
    distance: nearest.distance,
    margin: nearest.margin,
    ...(explain && { reasons: explainProfile(figures, models, language) }),
  };
}

function toExpectedValue(
  { value, features }: Predictions,
  models: PreparedModels,
  explain: boolean,
  language: Language,
): Score['value'] {
  const model = models.value.ready;
  if (value === undefined || model === undefined) return null;
  return {
    amountMinor: Math.round(value.amount),
    currency: model.currency,
    low: Math.round(value.low),
    high: Math.round(value.high),
    base: model.base,
    ...(explain && { contributions: explainValue(features, models, language) }),
  };
}

function findMissing(figures: Predictions, models: PreparedModels): Score['missing'] {
  const missing: Score['missing'] = {};
  if (models.community.why) missing.activity = models.community.why;
  if (figures.retention === undefined) missing.retention = 'too_new';
  if (figures.churnRisk === undefined) missing.churnRisk = models.lifecycle.why ?? 'already_churned';
  if (models.profiles.why) missing.profile = models.profiles.why;
  if (models.value.why) missing.value = models.value.why;
  if (figures.influence === undefined) missing.influence = models.influence.why ?? 'not_ranked';
  return missing;
}
