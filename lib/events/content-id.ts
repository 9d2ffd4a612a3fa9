import { createHash } from 'node:crypto';

// What differs between two sendings of the same event does not belong to its content.
const VOLATILE = new Set(['sentAt', 'writeKey', 'receivedAt']);

/**
 * The id of an event that came without a `messageId`: a hash of its content, the same however its keys are ordered.
 * @param content the event as sent
 * @throws RangeError when it is nested too deeply
 */
export function computeContentId(content: Readonly<Record<string, unknown>>): string {
  const kept = Object.fromEntries(Object.entries(content).filter(([key]) => !VOLATILE.has(key)));
  return `auto-${createHash('sha256').update(canonicalJson(kept)).digest('base64url').slice(0, 24)}`;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
