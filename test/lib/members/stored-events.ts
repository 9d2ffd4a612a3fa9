import type { StoredEvent } from '#lib/events/stored-event.ts';

/** A stored event with the given fields; the rest is plausible. */
export function storedEvent(
  userId: string,
  at: string,
  messageId: string,
  fields: Partial<StoredEvent> = {},
): StoredEvent {
  return {
    userId,
    sk: `${at}#${messageId}`,
    type: 'track',
    at,
    receivedAt: at,
    expiresAt: 4_000_000_000,
    ...(fields.type === undefined || fields.type === 'track' ? { event: 'Post Created' } : {}),
    ...fields,
  };
}
