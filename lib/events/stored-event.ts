import type { AttributeValue } from '#lib/platform/dynamodb.ts';

export const EVENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One event as the log holds it. Objects are JSON text: compact, exact for any number, and free to store. */
export interface StoredEvent {
  /** the member's id, or `anon:<anonymousId>` */
  userId: string;
  /** `<original time, ISO, empty when none was sent>#<messageId>`: the same event always has the same key */
  sk: string;
  type: EventType;
  /** ISO time on the server's clock; decides the day it counts for */
  at: string;
  receivedAt: string;
  /** the time sent was impossible, `at` is `receivedAt` */
  clamped?: boolean;
  event?: string;
  name?: string;
  category?: string;
  groupId?: string;
  previousId?: string;
  anonymousId?: string;
  properties?: string;
  traits?: string;
  context?: string;
  integrations?: string;
  /** epoch seconds after which DynamoDB removes it */
  expiresAt: number;
}

export type Item = Record<string, AttributeValue>;

const OPTIONAL_TEXT = [
  'event',
  'name',
  'category',
  'groupId',
  'previousId',
  'anonymousId',
  'properties',
  'traits',
  'context',
  'integrations',
] as const;

/** The DynamoDB item of an event. */
export function toEventItem(stored: StoredEvent): Item {
  const item: Item = {
    userId: { S: stored.userId },
    sk: { S: stored.sk },
    type: { S: stored.type },
    at: { S: stored.at },
    receivedAt: { S: stored.receivedAt },
    expiresAt: { N: String(stored.expiresAt) },
  };
  if (stored.clamped === true) item['clamped'] = { BOOL: true };
  for (const field of OPTIONAL_TEXT) {
    const text = stored[field];
    if (text !== undefined) item[field] = { S: text };
  }
  return item;
}

/**
 * Reads an event back from its item or stream image.
 * @throws TypeError naming the attribute when it is not an event of ours
 */
export function parseEventItem(item: Readonly<Item>): StoredEvent {
  const type = parseText(item, 'type') as EventType;
  if (!EVENT_TYPES.includes(type)) throw new TypeError(`event item: unknown type "${type}"`);
  const stored: StoredEvent = {
    userId: parseText(item, 'userId'),
    sk: parseText(item, 'sk'),
    type,
    at: parseText(item, 'at'),
    receivedAt: parseText(item, 'receivedAt'),
    expiresAt: Number(item['expiresAt']?.N ?? 0),
  };
  if (item['clamped']?.BOOL === true) stored.clamped = true;
  for (const field of OPTIONAL_TEXT) {
    const value = item[field]?.S;
    if (value !== undefined) stored[field] = value;
  }
  return stored;
}

function parseText(item: Readonly<Item>, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw new TypeError(`event item: attribute "${name}" is missing or no string`);
  return value;
}

/** The `messageId` in a sort key. */
export const messageIdOf = (sk: string): string => sk.slice(sk.indexOf('#') + 1);

/** The time the client sent, as ISO text, from a sort key; empty when it sent none. */
export const originalTimeOf = (sk: string): string => sk.slice(0, sk.indexOf('#'));
