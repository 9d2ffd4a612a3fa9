import type { Context, Hono } from 'hono';
import type { Sessions } from '#lib/auth/sessions/sessions.ts';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import type { ConsoleEnv } from '#lib/console/layout/view.ts';
import { setSessionCookie } from './cookies.ts';
import { renderSignInPage } from './sign-in.tsx';

/** Adds the way in. It is open to everybody; wrong keys are counted by address. */
export function signInRoutes(app: Hono<ConsoleEnv>, sessions: Sessions, assets: ConsoleAssets): void {
  app.get('/console/sign-in', (c) =>
    c.html(renderSignInPage(c.get('viewContext'), assets, safeReturnPath(c.req.query('to')))),
  );

  app.post('/console/sign-in', async (c) => {
    const { key, to } = await c.req.parseBody();
    const goOn = safeReturnPath(typeof to === 'string' ? to : undefined);
    const begun = await sessions.begin(typeof key === 'string' ? key : '', clientAddress(c));
    if (typeof begun === 'string') {
      return c.html(
        renderSignInPage(c.get('viewContext'), assets, goOn, begun),
        begun === 'throttled' ? 429 : 401,
      );
    }
    setSessionCookie(c, begun.cookie);
    return c.redirect(goOn, 303);
  });
}

/** A path of the console, whatever was asked for: nobody is sent to another site from here. */
const safeReturnPath = (to = ''): string =>
  /^\/console(\/[\w\-./%~:@!$&'()*+,;=]*)?(\?[^#\s\\]*)?$/.test(to) && !to.startsWith('/console/sign-')
    ? to
    : '/console';

function clientAddress(c: Context): string {
  const { event } = (c.env ?? {}) as { event?: { requestContext?: { http?: { sourceIp?: string } } } };
  return event?.requestContext?.http?.sourceIp ?? 'unknown';
}
