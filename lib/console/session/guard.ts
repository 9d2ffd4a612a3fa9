import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { allows, type SecretRole } from '#lib/auth/keys/access-key.ts';
import type { Sessions } from '#lib/auth/sessions/sessions.ts';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { renderDocument } from '#lib/console/layout/document.tsx';
import type { ConsoleEnv } from '#lib/console/layout/view.ts';
import { readSessionCookie } from './cookies.ts';

/** Lets only those pass who are signed in; others are shown the way to the sign-in. */
export const requireSession = (sessions: Sessions, assets: ConsoleAssets) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    const sealed = readSessionCookie(c);
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
