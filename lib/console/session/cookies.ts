import type { Context } from 'hono';
import { SESSION_MS } from '#lib/auth/sessions/session-cookie.ts';
import { cookiesOf } from '#lib/console/layout/view.ts';

/**
 * Only a loopback address is ever asked for without TLS, and not every browser takes a Secure cookie from it. On AWS
 * the gateway speaks nothing but TLS.
 */
const isLoopback = (c: Context): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(c.req.header('host') ?? '');

/** `__Host-` makes browsers refuse the cookie unless it is Secure, of this host alone and of the whole of it. */
const nameFor = (c: Context): string => (isLoopback(c) ? 'zhiqun' : '__Host-zhiqun');

export const sessionCookie = (c: Context): string | undefined =>
  cookiesOf(c.req.header('cookie')).get(nameFor(c));

export function keepSession(c: Context, sealed: string): void {
  c.header('Set-Cookie', cookie(c, sealed, SESSION_MS / 1_000), { append: true });
}

export function dropSession(c: Context): void {
  c.header('Set-Cookie', cookie(c, '', 0), { append: true });
}

const cookie = (c: Context, value: string, maxAgeSeconds: number): string =>
  [
    `${nameFor(c)}=${value}`,
    'Path=/',
    `Max-Age=${maxAgeSeconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isLoopback(c) ? [] : ['Secure']),
  ].join('; ');
