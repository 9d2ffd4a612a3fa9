import type { StoredEvent } from '#lib/events/stored-event.ts';
import { actionOf, type CountingRules, parsedProperties, scoresOf } from '#lib/members/contribution.ts';
import type { FeedbackText } from '#lib/reports/report.ts';

const MOST_CHARACTERS = 500;
// Ours, what many apps send, and that of Segment's ecommerce spec for `Product Reviewed`.
const TEXT_PROPERTIES = ['text', 'comment', 'review_body'] as const;

/** The text of a feedback event, at most 500 characters; undefined when it is none or says nothing. */
export function feedbackText(stored: StoredEvent, { taxonomy }: CountingRules): FeedbackText | undefined {
  if (actionOf(stored, taxonomy) !== 'feedback') return undefined;
  const properties = readable(stored);
  const text = TEXT_PROPERTIES.map((name) => properties[name])
    .find(isSaid)
    ?.trim();
  if (text === undefined) return undefined;
  const { userId, at } = stored;
  const { rating, nps } = scoresOf(stored, properties);
  return { userId, at, rating, nps, text: [...text].slice(0, MOST_CHARACTERS).join('') };
}

const isSaid = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function readable(stored: StoredEvent): Record<string, unknown> {
  try {
    return parsedProperties(stored);
  } catch {
    return {};
  }
}
