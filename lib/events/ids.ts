import { createHash } from 'node:crypto';

/** Of an id as clients send it, in UTF-8. */
export const MAX_ID_BYTES = 256;
const BLOCKED = new Set(['null', 'undefined', 'anonymous', 'unknown']);
const LONGEST_BLOCKED = 'undefined'.length;
const [ZERO, DASH] = [0x30, 0x2d];
const ONLY_ZEROS_AND_DASHES = /^[0-]*$/;
const RESERVED_PREFIX = 'anon:';
// Three UTF-8 bytes are the most that one UTF-16 unit can take, so short ids need no counting.
const SURELY_SHORT = Math.floor(MAX_ID_BYTES / 3);

/** An id as a client sent it: usable (`id`), unusable (`code` and `reason`), or absent (empty). */
export interface ParsedId {
  id?: string;
  code?: 'id_not_string' | 'id_blocked';
  reason?: string;
}

const ABSENT: ParsedId = {};

/** Reads `userId`, `anonymousId`, `previousId` or `groupId`; `field` names it in the reason. */
export function parseId(value: unknown, field: string): ParsedId {
  if (value === undefined || value === null) return ABSENT;
  if (typeof value !== 'string') {
    return { code: 'id_not_string', reason: `${field} must be a string, not ${typeof value}` };
  }
  const reason = findBlockReason(value);
  return reason === undefined ? { id: value } : { code: 'id_blocked', reason: `${field} ${reason}` };
}

function findBlockReason(id: string): string | undefined {
  const plain = id.trim();
  if (plain === '') return 'is empty';
  const first = plain.charCodeAt(0);
  const isPlaceholder =
    first === ZERO || first === DASH
      ? plain === '-1' || ONLY_ZEROS_AND_DASHES.test(plain)
      : plain.length <= LONGEST_BLOCKED && BLOCKED.has(plain.toLowerCase());
  if (isPlaceholder) return `"${plain.slice(0, 40)}" is a placeholder, not an id`;
  if (plain.startsWith(RESERVED_PREFIX)) return `must not begin with "${RESERVED_PREFIX}"`;
  if (!id.isWellFormed()) return 'is not valid Unicode';
  if (id.length > SURELY_SHORT && Buffer.byteLength(id) > MAX_ID_BYTES) {
    return `is longer than ${MAX_ID_BYTES} bytes`;
  }
  return undefined;
}

/** The partition of the log in which an anonymous id's events lie until it is linked to a member. */
export const anonymousPartition = (anonymousId: string): string => RESERVED_PREFIX + anonymousId;

/** Whether a partition belongs to an anonymous id, not to a member. */
export const isAnonymous = (userId: string): boolean => userId.startsWith(RESERVED_PREFIX);

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
