import { addDays } from '#lib/events/calendar.ts';
import { ownFeatures } from '#lib/features/features.ts';
import type { MemberRecord } from '#lib/members/member-items.ts';
import type { LiveModels } from '#lib/scoring/live/live-models.ts';
import { computeScore, type Score, type ScoreOptions } from '#lib/scoring/score.ts';

/** A score of this second, as the API answers it. */
export interface ScoreView extends Score {
  userId: string;
  /** today, in the business's time zone: what the member did so far today counts; or the date asked for */
  asOf: string;
  /** the version of each kind that is live */
  models: LiveModels['models']['versions'];
  /** there when the store of models does not answer: these were live so many seconds ago */
  stale?: { ageSeconds: number };
}

/** How to answer a score. */
export type ScoreViewOptions = Pick<ScoreOptions, 'explain' | 'language'> & {
  /** YYYY-MM-DD: as of the beginning of this date, by what the member had done before it, instead of this second */
  asOf?: string | undefined;
};

/** Scores a member by what is stored of them and the models at hand. @param today YYYY-MM-DD */
export function buildScoreView(
  userId: string,
  days: MemberRecord['days'],
  today: string,
  { models, staleSeconds }: LiveModels,
  { asOf, ...options }: ScoreViewOptions = {},
): ScoreView {
  const own =
    asOf === undefined ? ownFeatures(days, today, today) : ownFeatures(days, asOf, addDays(asOf, -1));
  return {
    userId,
    asOf: asOf ?? today,
    ...computeScore(own, models, { ...options, userId }),
    models: models.versions,
    ...(staleSeconds !== undefined && { stale: { ageSeconds: staleSeconds } }),
  };
}
