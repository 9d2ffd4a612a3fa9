import type { FeatureName, Features } from '#lib/features/features.ts';
import { describeFeature, type Language } from './feature-sentences.ts';
import type { PreparedModels } from './prepared-models.ts';

/** A feature of a member with the community's figures beside it, and as a sentence. */
export interface FeatureExplanation {
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
export function explainFeature(
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
