import type { Profile } from '#lib/members/profile.ts';
import type { ScoreView } from './score-view.ts';

/** Traits by name, in the spelling of tools that read profiles: what clients said, and what zhiqun computed. */
export type ComputedTraits = Record<string, unknown>;

/** A score's figures as traits; a computed one takes precedence over one of the same name that a client set. */
export function computeTraits({ traits }: Profile, score: ScoreView): ComputedTraits {
  const { activity, profile, value, influence } = score;
  const said = Object.entries(traits).map(([name, trait]): [string, unknown] => [name, trait.value]);
  return Object.fromEntries([
    ...said,
    ...Object.entries({
      as_of: score.asOf,
      activity: activity.value,
      activity_count: activity.count,
      activity_percentile: activity.percentile,
      retention: score.retention,
      stage: score.stage,
      churn_risk: score.churnRisk,
      profile_id: profile?.id ?? null,
      profile_name: profile?.name ?? null,
      value_minor: value?.amountMinor ?? null,
      value_low_minor: value?.low ?? null,
      value_high_minor: value?.high ?? null,
      value_currency: value?.currency ?? null,
      influence_percentile: influence?.percentile ?? null,
    }),
  ]);
}
