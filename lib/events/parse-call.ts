import { isObject } from '#lib/platform/json.ts';
import { anonymousPartition, computeContentId, type ParsedId, parseId } from './ids.ts';

import { type Accepted, accepted, type Rejected, rejected } from './outcome.ts';
import { EVENT_TYPES, type EventType, type StoredEvent } from './stored-event.ts';

import { correctClockSkew, isCanonicalTime, parseTimestamp } from './timestamp.ts';

const MAX_EVENT_BYTES = 32 * 1024;
const MAX_MESSAGE_ID_CHARS = 100;

export type RejectionCode =
  | 'no_user_anon_id'
  | 'event_not_defined'
  | 'event_not_string'
  | 'properties_not_object'
  | 'traits_not_object'
  | 'name_not_string'
  | 'id_not_string'
  | 'id_blocked'
  | 'timestamp_invalid'
  | 'event_too_large'
  | 'type_unknown';

type RejectedCall = Rejected<RejectionCode>;

/** JSON.stringify gives up on very deep objects, which JSON.parse still reads. */
export const NESTED_TOO_DEEPLY: RejectedCall = rejected('event_too_large', 'the event is nested too deeply');

type Json = Readonly<Record<string, unknown>>;

/** What a whole request gives each of its calls. Times are milliseconds since 1970. */
export interface IngestContext {
  receivedAt: number;
  /** the same as ISO text */
  receivedIso: string;
  sentAt?: number | undefined;
  /** the request's `context` and `integrations`; a call's own fields win */
  context?: Json | undefined;
  integrations?: Json | undefined;
  /** epoch seconds */
  expiresAt: number;
  randomId: () => string;
}

interface ParsedCall {
  stored: StoredEvent;
  deduplicated: boolean;
}

/**
 * Checks one call of Segment's spec and makes the event to store of it.
 * @param type as the route or the batch item says; anything else than the six types is refused
 * @returns the event, and whether a repetition of it can be recognised (it came with an id or a time); or what is wrong
 */
export function parseCall(
  call: Json,
  type: unknown,
  reception: IngestContext,
): Accepted<ParsedCall> | RejectedCall {
  if (!isEventType(type)) return rejected('type_unknown', `type must be one of ${EVENT_TYPES.join(', ')}`);
  const stored = { type } as StoredEvent;
  try {
    const wrong = parseIdentity(call, stored) ?? parseContent(call, stored);
    if (wrong !== undefined) return wrong;
    parseContext(call, stored, reception);
    const deduplicated = parseTimeAndId(call, stored, reception);
    if (typeof deduplicated !== 'boolean') return deduplicated;
    return findTooLarge(call, stored) ?? accepted({ stored, deduplicated });
  } catch (error) {
    if (error instanceof RangeError) return NESTED_TOO_DEEPLY;
    throw error;
  }
}

const isEventType = (type: unknown): type is EventType => EVENT_TYPES.includes(type as EventType);

function parseIdentity(call: Json, stored: StoredEvent): RejectedCall | undefined {
  const user = parseId(call['userId'], 'userId');
  const anonymous = parseId(call['anonymousId'], 'anonymousId');
  const previous = parseId(call['previousId'], 'previousId');
  const group = parseId(call['groupId'], 'groupId');
  for (const read of [user, anonymous, previous, group]) {
    if (read.code === 'id_not_string') return toRejected(read);
  }
  if (anonymous.id !== undefined) stored.anonymousId = anonymous.id;
  if (previous.id !== undefined) stored.previousId = previous.id;
  if (group.id !== undefined) stored.groupId = group.id;
  const only = user.id ?? anonymous.id ?? findOnlyId(user, anonymous, previous, group);
  if (typeof only !== 'string') return only;
  stored.userId = user.id ?? anonymousPartition(only);
  return undefined;
}

/** The Node SDK lets a call carry nothing but one of these; it is kept, apart from every member. */
function findOnlyId(
  user: ParsedId,
  anonymous: ParsedId,
  previous: ParsedId,
  group: ParsedId,
): string | RejectedCall {
  const blocked = [user, anonymous, previous, group].find((read) => read.code !== undefined);
  if (blocked !== undefined) return toRejected(blocked);
  const id = previous.id ?? (group.id && `group:${group.id}`);
  return id ?? rejected('no_user_anon_id', 'a userId or an anonymousId is needed');
}

const toRejected = ({ code, reason }: ParsedId): RejectedCall => rejected(code ?? 'id_blocked', reason ?? '');

function parseContent(call: Json, stored: StoredEvent): RejectedCall | undefined {
  if (stored.type === 'track') {
    const event = call['event'];
    if (event === undefined || event === null || event === '') {
      return rejected('event_not_defined', 'a track call needs the name of its event');
    }
    if (typeof event !== 'string') {
      return rejected('event_not_string', `event must be a string, not ${typeof event}`);
    }
    stored.event = event.toWellFormed();
  }
  if (stored.type === 'page' || stored.type === 'screen') {
    for (const field of ['name', 'category'] as const) {
      const value = call[field];
      if (value === undefined || value === null) continue;
      if (typeof value !== 'string') return rejected('name_not_string', `${field} must be a string`);
      stored[field] = value.toWellFormed();
    }
  }
  return (
    storeObject(call['properties'], stored, 'properties', 'properties_not_object') ??
    storeObject(call['traits'], stored, 'traits', 'traits_not_object')
  );
}

function storeObject(
  value: unknown,
  stored: StoredEvent,
  field: 'properties' | 'traits',
  code: RejectionCode,
): RejectedCall | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return rejected(code, `${field} must be an object`);
  stored[field] = JSON.stringify(value);
  return undefined;
}

function parseContext(call: Json, stored: StoredEvent, reception: IngestContext): void {
  for (const field of ['context', 'integrations'] as const) {
    const outer = reception[field];
    const own = isObject(call[field]) ? call[field] : undefined;
    const merged = own === undefined ? outer : outer === undefined ? own : { ...outer, ...own };
    if (merged === undefined) continue;
    const json = JSON.stringify(merged);
    if (json !== '{}') stored[field] = json;
  }
}

/** @returns whether a repetition can be recognised, or what is wrong */
function parseTimeAndId(call: Json, stored: StoredEvent, reception: IngestContext): boolean | RejectedCall {
  const sent = call['timestamp'] ?? call['originalTimestamp'];
  const original = sent === undefined || sent === null ? undefined : parseTimestamp(sent);
  if (original === undefined && sent !== undefined && sent !== null) {
    return rejected('timestamp_invalid', 'timestamp must be an ISO 8601 time between 1970 and 9999');
  }
  stored.receivedAt = reception.receivedIso;
  stored.at = reception.receivedIso;
  let time = '';
  if (original !== undefined) {
    const sentAt = reception.sentAt ?? parseTimestamp(call['sentAt']);
    const corrected = correctClockSkew(original, sentAt, reception.receivedAt);
    stored.at = new Date(corrected.at).toISOString();
    if (corrected.clamped) stored.clamped = true;
    time = isCanonicalTime(sent as string) ? (sent as string) : new Date(original).toISOString();
  }
  stored.expiresAt = reception.expiresAt;

  const messageId = validMessageId(call['messageId']);
  const recognisable = messageId !== undefined || original !== undefined;
  stored.sk = `${time}#${messageId ?? (recognisable ? computeContentId(call) : reception.randomId())}`;
  return recognisable;
}

function validMessageId(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= MAX_MESSAGE_ID_CHARS && value.isWellFormed() ? value : undefined;
}

function findTooLarge(call: Json, stored: StoredEvent): RejectedCall | undefined {
  const chars =
    (stored.properties?.length ?? 0) + (stored.traits?.length ?? 0) + (stored.context?.length ?? 0) + 2_048;
  // No UTF-16 unit takes more than three bytes, so most events need no second look.
  if (chars * 3 <= MAX_EVENT_BYTES) return undefined;
  if (Buffer.byteLength(JSON.stringify(call)) <= MAX_EVENT_BYTES) return undefined;
  return rejected('event_too_large', `an event may have ${MAX_EVENT_BYTES} bytes (32 KB) of JSON`);
}
