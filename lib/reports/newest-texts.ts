import type { FeedbackText } from './report.ts';

/** How many texts of feedback a report looks at, and how many days back. */
export const MAX_TEXTS = 1_000;
export const TEXT_DAYS = 90;

/** The newest texts, newest first, at most `MOST_TEXTS`. The newest of the newest of parts are the newest of all. */
export function newestTexts(texts: readonly FeedbackText[]): FeedbackText[] {
  return [...texts].sort(byAge).slice(0, MAX_TEXTS);
}

function byAge(a: FeedbackText, b: FeedbackText): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1;
  if (a.userId !== b.userId) return a.userId < b.userId ? -1 : 1;
  return a.text === b.text ? 0 : a.text < b.text ? -1 : 1;
}
