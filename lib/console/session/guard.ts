import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { allows, type SecretRole } from '#lib/auth/keys/access-key.ts';
import { SESSION_MS } from '#lib/auth/sessions/session-cookie.ts';
import type { Sessions } from '#lib/auth/sessions/sessions.ts';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { renderDocument } from '#lib/console/layout/document.tsx';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import type { ConsoleEnv } from '#lib/console/layout/view.ts';

const COOKIE = 'zhiqun';
const COOKIE_OPTIONS = { httpOnly: true, sameSite: 'Strict' } as const;

/** Lets only those pass who are signed in; others are shown the way to the sign-in. */
export const requireSession = (sessions: Sessions, assets: ConsoleAssets) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    const sealed = getCookie(c, COOKIE, prefix(c).prefix);
    const session = sealed === undefined || sealed === '' ? undefined : await sessions.find(sealed);
    if (session === undefined) return unauthenticatedResponse(c, assets);
    c.set('session', session);
    if (c.req.method === 'POST') {
      const token = c.req.header('x-form') ?? (await c.req.parseBody())['form'];
      if (typeof token !== 'string' || !(await sessions.verifyCsrfToken(session, token))) {
        throw new ConsoleError(403, 'stale');
      }
    }
    await next();
  });

/** Lets only callers with a role (or a higher one) pass. @throws ConsoleError 403 */
export const requireRole = (role: SecretRole) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    if (!allows(c.get('session').caller.role, role))
      throw new ConsoleError(403, 'forbidden', { needed: role });
    await next();
  });

function unauthenticatedResponse(c: Context<ConsoleEnv>, assets: ConsoleAssets): Response {
  const { path, lang, theme } = c.get('viewContext');
  if (path.endsWith('.json') || c.req.header('x-form') !== undefined) return c.json({ signedIn: false }, 401);
  const { pathname, search } = new URL(c.req.url);
  // A link on another site brings no Strict cookie; going on from a page of ours does.
  if (c.req.method === 'GET' && c.req.header('sec-fetch-site') === 'cross-site') {
    return c.html(renderDocument({ title: '…', lang, theme, assets, refreshTo: pathname + search }));
  }
  const to =
    c.req.method === 'GET' && pathname !== '/console' ? `?to=${encodeURIComponent(pathname + search)}` : '';
  return c.redirect(`/console/sign-in${to}`, 303);
}

/**
 * Only a loopback address is ever asked for without TLS, and not every browser takes a Secure cookie from it. On AWS
 * the gateway speaks nothing but TLS.
 */
const isLoopback = (c: Context): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(c.req.header('host') ?? '');

/** `__Host-` makes browsers refuse the cookie unless it is Secure, of this host alone and of the whole of it. */
const prefix = (c: Context) => (isLoopback(c) ? {} : { prefix: 'host' as const });

export function setSessionCookie(c: Context, sealed: string): void {
  setCookie(c, COOKIE, sealed, { ...COOKIE_OPTIONS, ...prefix(c), maxAge: SESSION_MS / 1_000 });
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, COOKIE, { ...COOKIE_OPTIONS, ...prefix(c) });
}

/**
 * Refuses what another site's page sends here, the sign-in included, which has no session's token yet.
 * Browsers say where a request comes from; what is no browser says nothing and has no cookie to misuse.
 * @throws ConsoleError 403
 */
export const requireSameSite = createMiddleware(async (c, next) => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const ours =
      site !== undefined
        ? site === 'same-origin'
        : origin === undefined || parseHost(origin) === c.req.header('host');
    if (!ours) throw new ConsoleError(403, 'stale');
  }
  await next();
});

const parseHost = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : origin);
