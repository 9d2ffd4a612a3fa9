import { gzipSync } from 'node:zlib';
import { createMiddleware } from 'hono/factory';
import { LANGS } from '#lib/console/messages/language.ts';
import { type ConsoleEnv, hrefWith, THEMES } from './view.ts';

const MIN_GZIP_BYTES = 1_400;
const COMPRESSIBLE_TYPES = /^(text\/|application\/(json|javascript))/;

/**
 * Packs text for browsers that take it: API Gateway's HTTP APIs do not. A page that holds a secret beside text of
 * somebody else's choice reveals it by its packed size; other sites cannot ask for such pages, as the session's cookie
 * never comes with their requests (SameSite=Strict).
 */
export const gzip = createMiddleware(async (c, next) => {
  await next();
  const { headers, status } = c.res;
  if (!/\bgzip\b/i.test(c.req.header('accept-encoding') ?? '') || headers.has('content-encoding')) return;
  if (status === 204 || status === 304 || !COMPRESSIBLE_TYPES.test(headers.get('content-type') ?? '')) return;
  const body = Buffer.from(await c.res.arrayBuffer());
  const packed = body.length < MIN_GZIP_BYTES ? undefined : gzipSync(body, { level: 5 });
  const fresh = new Headers(headers);
  fresh.append('vary', 'accept-encoding');
  if (packed !== undefined) fresh.set('content-encoding', 'gzip');
  fresh.delete('content-length');
  c.res = undefined;
  c.res = new Response(packed ?? body, { status, headers: fresh });
});

/**
 * The headers of every page: no script or style but our own files, no frame around us, nothing kept by caches.
 * @param uploadOrigin where the script may send files to, beside this host
 */
export const pageHeaders = (uploadOrigin: string) => {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${uploadOrigin}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return createMiddleware(async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set('Content-Security-Policy', policy);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Referrer-Policy', 'same-origin');
    headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()');
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  });
};

const COOKIE_MAX_AGE_SECONDS = 31_536_000;

/** `?lang=` and `?theme=` on any page are kept in a cookie, and the page is shown again without them. */
export const savePreferences = createMiddleware<ConsoleEnv>(async (c, next) => {
  const viewContext = c.get('viewContext');
  const lang = LANGS.find((one) => one === viewContext.query.get('lang'));
  const theme = THEMES.find((one) => one === viewContext.query.get('theme'));
  if (c.req.method !== 'GET' || (lang === undefined && theme === undefined)) return next();
  for (const [name, value] of Object.entries({ lang, theme })) {
    if (value === undefined) continue;
    c.header('Set-Cookie', `${name}=${value}; Path=/; Max-Age=${COOKIE_MAX_AGE_SECONDS}; SameSite=Lax`, {
      append: true,
    });
  }
  return c.redirect(hrefWith(viewContext, { lang: null, theme: null }), 303);
});
