import type { Context, Hono } from 'hono';
import type { Sessions } from '#lib/auth/sessions/sessions.ts';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import type { ConsoleEnv } from '#lib/console/layout/view.ts';
import { keepSession } from './cookies.ts';
import { signInPage } from './sign-in.tsx';

/** Adds the way in. It is open to everybody; wrong keys are counted by address. */
export function signInRoutes(app: Hono<ConsoleEnv>, sessions: Sessions, assets: ConsoleAssets): void {
  app.get('/console/sign-in', (c) => c.html(signInPage(c.get('look'), assets, ownPath(c.req.query('to')))));

  app.post('/console/sign-in', async (c) => {
    const { key, to } = await c.req.parseBody();
    const goOn = ownPath(typeof to === 'string' ? to : undefined);
    const begun = await sessions.begin(typeof key === 'string' ? key : '', addressOf(c));
    if (typeof begun === 'string') {
      return c.html(signInPage(c.get('look'), assets, goOn, begun), begun === 'throttled' ? 429 : 401);
    }
    keepSession(c, begun.cookie);
    return c.redirect(goOn, 303);
  });
}

/** A path of the console, whatever was asked for: nobody is sent to another site from here. */
const ownPath = (to = ''): string =>
  /^\/console(\/[\w\-./%~:@!$&'()*+,;=]*)?(\?[^#\s\\]*)?$/.test(to) && !to.startsWith('/console/sign-')
    ? to
    : '/console';

function addressOf(c: Context): string {
  const { event } = (c.env ?? {}) as { event?: { requestContext?: { http?: { sourceIp?: string } } } };
  return event?.requestContext?.http?.sourceIp ?? 'unknown';
}
