import { createMiddleware } from 'hono/factory';
import { ConsoleError } from '#lib/console/layout/console-error.ts';

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
        : origin === undefined || hostOf(origin) === c.req.header('host');
    if (!ours) throw new ConsoleError(403, 'stale');
  }
  await next();
});

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : origin);
