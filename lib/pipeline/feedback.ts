import type { StoredEvent } from '#lib/events/stored-event.ts';
import {
  type CountingRules,
  findAction,
  parseFeedbackScores,
  parseProperties,
} from '#lib/members/contribution.ts';
import type { FeedbackText } from '#lib/reports/report.ts';

const MAX_CHARACTERS = 500;
// Ours, what many apps send, and that of Segment's ecommerce spec for `Product Reviewed`.
const TEXT_PROPERTIES = ['text', 'comment', 'review_body'] as const;

/** The text of a feedback event, at most 500 characters; undefined when it is none or says nothing. */
export function feedbackText(stored: StoredEvent, { taxonomy }: CountingRules): FeedbackText | undefined {
  if (findAction(stored, taxonomy) !== 'feedback') return undefined;
  const properties = parseOrSkip(stored);
  const text = TEXT_PROPERTIES.map((name) => properties[name])
    .find(isText)
    ?.trim();
  if (text === undefined) return undefined;
  const { userId, at } = stored;
  const { rating, nps } = parseFeedbackScores(stored, properties);
  return { userId, at, rating, nps, text: [...text].slice(0, MAX_CHARACTERS).join('') };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function parseOrSkip(stored: StoredEvent): Record<string, unknown> {
  try {
    return parseProperties(stored);
  } catch {
    return {};
  }
}
