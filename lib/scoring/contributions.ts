import type { Features } from '#lib/features/features.ts';
import { explainFeature, type FeatureExplanation } from './explanations.ts';
import type { Language } from './feature-sentences.ts';
import { deviation } from './predictions.ts';
import type { PreparedModels } from './prepared-models.ts';

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
