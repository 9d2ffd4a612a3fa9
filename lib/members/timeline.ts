import { messageIdOf, originalTimeOf, type StoredEvent } from '#lib/events/stored-event.ts';
import type { Action, Taxonomy } from '#lib/events/taxonomy.ts';
import { ApiError } from '#lib/platform/errors.ts';
import { findAction } from './contribution.ts';

/** One event of the timeline, with what the client sent. */
export interface TimelineEvent {
  messageId: string;
  type: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';
  /** when it happened, corrected for clock skew */
  timestamp: string;
  /** as the client sent it; absent when it sent none */
  originalTimestamp?: string;
  receivedAt: string;
  event?: string;
  name?: string;
  category?: string;
  groupId?: string;
  previousId?: string;
  anonymousId?: string;
  action?: Action;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

export interface TimelinePage {
  events: TimelineEvent[];
  /** opaque; absent on the last page */
  cursor?: string;
}

/**
 * Where a timeline goes on. Events that came with a time lie in the order of their keys; the few that came
 * without one do not, and are merged in by the time they were received.
 */
export interface TimelinePosition {
  /** sort key of the last timed event shown */
  timed?: string | undefined;
  /** `<at>#<sk>` of the last untimed event shown */
  untimed?: string | undefined;
}

/** @throws ApiError 400 when the cursor is not one of ours */
export function parseCursor(cursor: string | undefined): TimelinePosition {
  if (cursor === undefined) return {};
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(position) && position.every((part) => part === null || typeof part === 'string')) {
      return { timed: position[0] ?? undefined, untimed: position[1] ?? undefined };
    }
  } catch {}
  throw new ApiError(
    400,
    'cursor_invalid',
    'the cursor is not one that this timeline gave; start without it',
  );
}

export const formatCursor = ({ timed, untimed }: TimelinePosition): string =>
  Buffer.from(JSON.stringify([timed ?? null, untimed ?? null])).toString('base64url');

/** What orders untimed events among each other. */
export const untimedStamp = ({ at, sk }: StoredEvent): string => `${at}#${sk}`;

/**
 * Merges two lists, each newest first, into one page.
 * @returns at most `limit` events, newest first, and the position behind them
 */
export function mergePage(
  timed: readonly StoredEvent[],
  untimed: readonly StoredEvent[],
  limit: number,
  from: TimelinePosition,
): { events: StoredEvent[]; position: TimelinePosition } {
  const events: StoredEvent[] = [];
  const position = { ...from };
  let t = 0;
  let u = 0;
  while (events.length < limit) {
    const a = timed[t];
    const b = untimed[u];
    if (a !== undefined && (b === undefined || originalTimeOf(a.sk) >= b.at)) {
      events.push(a);
      position.timed = a.sk;
      t += 1;
    } else if (b !== undefined) {
      events.push(b);
      position.untimed = untimedStamp(b);
      u += 1;
    } else break;
  }
  return { events, position };
}

/** One event as the API shows it. */
export function toTimelineEvent(stored: StoredEvent, taxonomy: Taxonomy): TimelineEvent {
  const original = originalTimeOf(stored.sk);
  const action = findAction(stored, taxonomy);
  const { type, receivedAt, event, name, category, groupId, previousId, anonymousId } = stored;
  const shown = {
    messageId: messageIdOf(stored.sk),
    type,
    timestamp: stored.at,
    originalTimestamp: original === '' ? undefined : original,
    receivedAt,
    event,
    name,
    category,
    groupId,
    previousId,
    anonymousId,
    action,
    properties: parseJson(stored.properties),
    traits: parseJson(stored.traits),
    context: parseJson(stored.context),
  };
  return Object.fromEntries(
    Object.entries(shown).filter(([, value]) => value !== undefined),
  ) as unknown as TimelineEvent;
}

const parseJson = (json: string | undefined): Record<string, unknown> | undefined =>
  json === undefined ? undefined : (JSON.parse(json) as Record<string, unknown>);
