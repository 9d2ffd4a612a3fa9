import { MAX_TEXTS } from '#lib/reports/newest-texts.ts';

/** A day on which a member gave feedback. */
export interface FeedbackDay {
  userId: string;
  date: string;
}

/** Collects days of feedback and forgets all but the newest `MOST_TEXTS`, so that it does not grow with the community. */
export function newestFeedbackDays(): { add(day: FeedbackDay): void; days(): FeedbackDay[] } {
  let kept: FeedbackDay[] = [];
  const prune = (): void => {
    kept = kept.sort(byDate).slice(0, MAX_TEXTS);
  };
  return {
    add(day) {
      kept.push(day);
      if (kept.length >= 2 * MAX_TEXTS) prune();
    },
    days() {
      prune();
      return kept;
    },
  };
}

function byDate(a: FeedbackDay, b: FeedbackDay): number {
  if (a.date !== b.date) return a.date > b.date ? -1 : 1;
  return a.userId < b.userId ? -1 : 1;
}
