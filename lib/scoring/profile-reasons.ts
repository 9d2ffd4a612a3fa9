import { explainFeature, type FeatureExplanation } from './explanations.ts';
import type { Language } from './feature-sentences.ts';
import { distanceContributions } from './nearest-profile.ts';
import type { Predictions } from './predictions.ts';
import type { PreparedModels } from './prepared-models.ts';

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
