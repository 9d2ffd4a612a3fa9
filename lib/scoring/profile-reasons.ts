import { type Said, said } from './explanations.ts';
import type { Language } from './feature-sentences.ts';
import { pulls } from './nearest-profile.ts';
import type { Figures } from './predictions.ts';
import type { PreparedModels } from './prepared-models.ts';

const MOST_REASONS = 3;

/** A feature that draws a member to its profile. */
export type ProfileReason = Said & {
  /** how much nearer this feature alone brings the member to this profile than to the next, as a difference of squared distances */
  pull: number;
};

/** Why this profile and not the next nearest: the features that draw the member to it, strongest first, at most three. */
export function profileReasons(
  { features, profile }: Figures,
  models: PreparedModels,
  language: Language,
): ProfileReason[] {
  const ready = models.profiles.ready;
  if (ready === undefined || profile === undefined || profile.next === -1) return [];
  return Array.from(pulls(ready, profile), (pull, i) => ({ pull, feature: ready.coordinates[i]!.feature }))
    .filter(({ pull }) => pull > 0)
    .sort((a, b) => b.pull - a.pull)
    .slice(0, MOST_REASONS)
    .map(({ pull, feature }) => ({ ...said(feature, features, models, language), pull }));
}
