import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a session lasts, in milliseconds: a working day and a bit. */
export const SESSION_MS = 12 * 3_600_000;

/** What a session's cookie says: who signed in with which key, and until when it counts. */
export interface SessionClaims {
  /** of this session, 22 characters */
  id: string;
  /** id of the key it was opened with, or `owner-secret` */
  keyId: string;
  /** milliseconds since 1970 */
  expiresAt: number;
}

const PURPOSE = 'zhiqun console session 1';
const COOKIE_PATTERN = /^([\w-]{22})\.([\w-]{1,64})\.(\d{1,15})\.([\w-]{43})$/;

/** The key that signs sessions. It comes from the owner secret, so replacing that secret ends every session. */
export const sessionKey = (ownerSecret: string): Buffer =>
  createHmac('sha256', ownerSecret).update(PURPOSE).digest();

/** The text of a session's cookie: `<id>.<key id>.<expires>.<HMAC-SHA256 of the rest, base64url>`. */
export function sealSession({ id, keyId, expiresAt }: SessionClaims, key: Uint8Array): string {
  const text = `${id}.${keyId}.${expiresAt}`;
  return `${text}.${mac(key, text).toString('base64url')}`;
}

/**
 * Reads a cookie back.
 * @param now milliseconds since 1970
 * @returns undefined when we did not seal it, or when it is over
 */
export function openSession(sealed: string, key: Uint8Array, now: number): SessionClaims | undefined {
  const [, id = '', keyId = '', expires = '', seal = ''] = COOKIE_PATTERN.exec(sealed) ?? [];
  if (id === '') return undefined;
  const given = Buffer.from(seal, 'base64url');
  const ours = mac(key, `${id}.${keyId}.${expires}`);
  if (given.length !== ours.length || !timingSafeEqual(given, ours)) return undefined;
  const expiresAt = Number(expires);
  return expiresAt > now ? { id, keyId, expiresAt } : undefined;
}

/** The CSRF token of a session's forms: another site can neither read nor guess it. 43 characters. */
export const csrfToken = (sessionId: string, key: Uint8Array): string =>
  mac(key, `form ${sessionId}`).toString('base64url');

/** Whether a form came from a page of this session. */
export function isCsrfToken(token: string, sessionId: string, key: Uint8Array): boolean {
  const [given, ours] = [Buffer.from(token), Buffer.from(csrfToken(sessionId, key))];
  return given.length === ours.length && timingSafeEqual(given, ours);
}

const mac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
