import type { StoredEvent } from '#lib/events/stored-event.ts';
import {
  type CountingRules,
  findAction,
  parseFeedbackScores,
  parseProperties,
} from '#lib/members/contribution.ts';
import type { FeedbackText } from '#lib/reports/parts.ts';
import { MAX_TEXTS } from '#lib/reports/sums.ts';

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

/** A day on which a member gave feedback. */
export interface FeedbackDay {
  userId: string;
  date: string;
}

/** Collects days of feedback and forgets all but the newest `MAX_TEXTS`, so that it does not grow with the community. */
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
