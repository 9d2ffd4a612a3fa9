import type { Context } from 'hono';
import { SESSION_MS } from '#lib/auth/sessions/session-cookie.ts';
import { parseCookies } from '#lib/console/layout/view.ts';

/**
 * Only a loopback address is ever asked for without TLS, and not every browser takes a Secure cookie from it. On AWS
 * the gateway speaks nothing but TLS.
 */
const isLoopback = (c: Context): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(c.req.header('host') ?? '');

/** `__Host-` makes browsers refuse the cookie unless it is Secure, of this host alone and of the whole of it. */
const sessionCookieName = (c: Context): string => (isLoopback(c) ? 'zhiqun' : '__Host-zhiqun');

export const readSessionCookie = (c: Context): string | undefined =>
  parseCookies(c.req.header('cookie')).get(sessionCookieName(c));

export function setSessionCookie(c: Context, sealed: string): void {
  c.header('Set-Cookie', serializeCookie(c, sealed, SESSION_MS / 1_000), { append: true });
}

export function clearSessionCookie(c: Context): void {
  c.header('Set-Cookie', serializeCookie(c, '', 0), { append: true });
}

const serializeCookie = (c: Context, value: string, maxAgeSeconds: number): string =>
  [
    `${sessionCookieName(c)}=${value}`,
    'Path=/',
    `Max-Age=${maxAgeSeconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isLoopback(c) ? [] : ['Secure']),
  ].join('; ');
