import type { FeatureName } from '#lib/features/catalogue.ts';
import type { Features } from '#lib/features/features.ts';
import type { Language } from '#lib/platform/language.ts';
import { describeFeature } from './feature-sentences.ts';
import { deviation, distanceContributions, type Predictions } from './predictions.ts';
import type { PreparedModels } from './prepared-models.ts';

/** A feature of a member with the community's figures beside it, and as a sentence. */
interface FeatureExplanation {
  feature: FeatureName;
  /** null when it is unknown */
  value: number | null;
  /** the community's; null while it is unknown */
  mean: number | null;
  median: number | null;
  /** value / mean; null without a mean above 0 */
  ratio: number | null;
  words: string;
}

/** Says one feature of a member. */
function explainFeature(
  feature: FeatureName,
  features: Features,
  { community }: PreparedModels,
  language: Language,
): FeatureExplanation {
  const value = features[feature];
  const mean = community.ready?.means[feature];
  return {
    feature,
    value: Number.isNaN(value) ? null : value,
    mean: mean ?? null,
    median: community.ready?.medians[feature] ?? null,
    ratio: mean !== undefined && mean > 0 && !Number.isNaN(value) ? value / mean : null,
    words: describeFeature(feature, features, mean, language),
  };
}

/** What a feature adds to a member's expected value. */
export type ValueContribution = FeatureExplanation & {
  /** coefficient × (value − the training mean), in minor units */
  amountMinor: number;
};

/** What each feature adds to the base or takes from it, strongest first; what adds nothing is left out. */
export function explainValue(
  features: Features,
  models: PreparedModels,
  language: Language,
): ValueContribution[] {
  const ready = models.value.ready;
  if (ready === undefined) return [];
  return ready.features
    .map((feature, i) => ({
      feature,
      amountMinor: ready.estimates[i]! * deviation(features[feature], ready.means[i]!),
    }))
    .filter(({ amountMinor }) => amountMinor !== 0)
    .sort((a, b) => Math.abs(b.amountMinor) - Math.abs(a.amountMinor))
    .map(({ feature, amountMinor }) => ({
      ...explainFeature(feature, features, models, language),
      amountMinor,
    }));
}

const MAX_REASONS = 3;

/** A feature that draws a member to its profile. */
export type ProfileReason = FeatureExplanation & {
  /** how much nearer this feature alone brings the member to this profile than to the next, as a difference of squared distances */
  pull: number;
};

/** Why this profile and not the next nearest: the features that draw the member to it, strongest first, at most three. */
export function explainProfile(
  { features, profile }: Predictions,
  models: PreparedModels,
  language: Language,
): ProfileReason[] {
  const ready = models.profiles.ready;
  if (ready === undefined || profile === undefined || profile.next === -1) return [];
  return Array.from(distanceContributions(ready, profile), (pull, i) => ({
    pull,
    feature: ready.coordinates[i]!.feature,
  }))
    .filter(({ pull }) => pull > 0)
    .sort((a, b) => b.pull - a.pull)
    .slice(0, MAX_REASONS)
    .map(({ pull, feature }) => ({ ...explainFeature(feature, features, models, language), pull }));
}
