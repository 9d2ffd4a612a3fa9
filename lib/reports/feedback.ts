import { findKeywords } from './keywords.ts';
import type { Feedback } from './report.ts';
import type { CommunitySums } from './sums.ts';

const SCORE_DAYS = 30;
const SHOWN_TEXTS = 50;

/**
 * What members say. NPS of the last 30 days: 100 × (promoters − detractors) / all who scored, −100 to 100, null when nobody
 * did; mean rating of the same days, 1 to 5. Keywords are of the newest 1,000 texts of the last 90 days.
 */
export function computeFeedback({ days, texts }: CommunitySums): Feedback {
  const recent = (series: readonly number[]): number =>
    series.slice(-SCORE_DAYS).reduce((sum, count) => sum + count, 0);
  const nps = {
    promoters: recent(days.promoters),
    passives: recent(days.passives),
    detractors: recent(days.detractors),
  };
  const scores = nps.promoters + nps.passives + nps.detractors;
  const [sum, count] = [recent(days.ratingSum), recent(days.ratings)];
  return {
    nps: { ...nps, value: scores === 0 ? null : (100 * (nps.promoters - nps.detractors)) / scores },
    rating: { sum, count, mean: count === 0 ? null : sum / count },
    keywords: findKeywords(texts),
    latest: texts.slice(0, SHOWN_TEXTS),
  };
}
