import { Hono } from 'hono';
import { log as stdout } from '#lib/platform/log.ts';
import type { ConsoleParts } from './console-parts.ts';
import { feedbackRoutes } from './feedback/feedback-routes.tsx';
import { consoleNotFound, onConsoleError } from './frame/error-page.tsx';
import { gzip } from './frame/gzip.ts';
import { pageHeaders } from './frame/page-headers.ts';
import { preferences } from './frame/preferences.ts';
import { type ConsoleEnv, lookOf } from './frame/view.ts';
import { importsRoutes } from './imports/imports-routes.tsx';
import { membersRoutes } from './members/members-routes.tsx';
import { profilesRoutes } from './profiles/profiles-routes.tsx';
import { runRoutes } from './runs/run-routes.tsx';
import { dropSession } from './session/cookies.ts';
import { signedIn } from './session/guard.ts';
import { sameSite } from './session/same-site.ts';
import { signInRoutes } from './session/sign-in-routes.ts';
import { settingsRoutes } from './settings/settings-routes.tsx';
import { todayRoutes } from './today/today-routes.tsx';
import { trendsRoutes } from './trends/trends-routes.tsx';
import { valueRoutes } from './value/value-routes.tsx';

const YEAR_SECONDS = 31_536_000;

const PAGES = [
  todayRoutes,
  trendsRoutes,
  profilesRoutes,
  membersRoutes,
  valueRoutes,
  feedbackRoutes,
  importsRoutes,
  runRoutes,
  settingsRoutes,
];

/** The operators' console: every page behind the sign-in, rendered here, readable without scripts. */
export function consoleApp(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { assets, sessions, settings, now, log = stdout } = parts;
  const app = new Hono<ConsoleEnv>();
  app.use(gzip);
  app.use(pageHeaders(settings.uploadOrigin));
  app.use(async (c, next) => {
    c.set('look', lookOf(c, settings.currency, settings.timeZone, now()));
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

  app.use(preferences);
  app.use(sameSite);
  app.get('/', (c) => c.redirect('/console', 303));
  signInRoutes(app, sessions, assets);

  app.use('/console/*', signedIn(sessions, assets));
  app.post('/console/sign-out', async (c) => {
    await sessions.end(c.get('session'));
    dropSession(c);
    return c.redirect('/console/sign-in', 303);
  });
  for (const routes of PAGES) routes(app, parts);

  app.notFound(consoleNotFound(assets));
  app.onError(onConsoleError(assets, log));
  return app;
}
