import { Hono } from 'hono';
import { log as stdout } from '#lib/platform/log.ts';
import type { ConsoleDeps } from './data/deps.ts';
import { consoleNotFound, onConsoleError } from './layout/errors.tsx';
import { gzip, noStore, pageHeaders, savePreferences } from './layout/middleware.ts';

import { type ConsoleEnv, createViewContext } from './layout/view.ts';
import { feedbackRoutes } from './pages/feedback/routes.tsx';
import { importsRoutes } from './pages/imports/routes.tsx';
import { membersRoutes } from './pages/members/routes.tsx';
import { profilesRoutes } from './pages/profiles/routes.tsx';
import { runsRoutes } from './pages/runs/routes.tsx';
import { settingsRoutes } from './pages/settings/routes.tsx';
import { todayRoutes } from './pages/today/routes.tsx';
import { trendsRoutes } from './pages/trends/routes.tsx';
import { valueRoutes } from './pages/value/routes.tsx';
import { clearSessionCookie, requireSameSite, requireSession } from './session/guard.ts';

import { signInRoutes } from './session/sign-in.tsx';

const YEAR_SECONDS = 31_536_000;

const PAGES = [
  todayRoutes,
  trendsRoutes,
  profilesRoutes,
  membersRoutes,
  valueRoutes,
  feedbackRoutes,
  importsRoutes,
  runsRoutes,
  settingsRoutes,
];

/** The operators' console: every page behind the sign-in, rendered here, readable without scripts. */
export function consoleApp(parts: ConsoleDeps): Hono<ConsoleEnv> {
  const { assets, sessions, settings, countingNotice, now, log = stdout } = parts;
  const app = new Hono<ConsoleEnv>();
  app.use(gzip);
  app.use(pageHeaders(settings.uploadOrigin));
  app.use(noStore);
  app.use(async (c, next) => {
    c.set('viewContext', createViewContext(c, settings.currency, settings.timeZone, now()));
    await next();
  });

  const files = new Map([assets.style, assets.script].map((asset) => [asset.name, asset]));
  app.get('/console/assets/:name', (c) => {
    const asset = files.get(c.req.param('name'));
    if (asset === undefined) return c.notFound();
    const headers = {
      'Content-Type': asset.type,
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
    };
    return c.body(asset.body, 200, headers);
  });

  app.use(savePreferences);
  app.use(requireSameSite);
  app.get('/', (c) => c.redirect('/console', 303));
  signInRoutes(app, sessions, assets);

  app.use('/console/*', requireSession(sessions, assets));
  app.post('/console/sign-out', async (c) => {
    await sessions.end(c.get('session'));
    clearSessionCookie(c);
    return c.redirect('/console/sign-in', 303);
  });
  app.use('/console/*', async (c, next) => {
    c.set('viewContext', { ...c.get('viewContext'), counting: await countingNotice() });
    await next();
  });
  for (const routes of PAGES) routes(app, parts);

  app.notFound(consoleNotFound(assets));
  app.onError(onConsoleError(assets, log));
  return app;
}
