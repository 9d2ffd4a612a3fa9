import { compress } from 'hono/compress';
import { setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import { LANGUAGES } from '#lib/platform/language.ts';
import { type ConsoleEnv, hrefWith, THEMES } from './view.ts';

/**
 * Packs text for browsers that take it: API Gateway's HTTP APIs do not. A page that holds a secret beside text of
 * somebody else's choice reveals it by its packed size; other sites cannot ask for such pages, as the session's cookie
 * never comes with their requests (SameSite=Strict).
 */
export const gzip = compress({ encoding: 'gzip' });

/**
 * The headers of every page: no script or style but our own files, no frame around us.
 * @param uploadOrigin where the script may send files to, beside this host
 */
export const pageHeaders = (uploadOrigin: string) =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'", uploadOrigin],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [] },
    xFrameOptions: 'DENY',
    // Whether all of a domain speaks nothing but TLS is for its owner to say.
    strictTransportSecurity: false,
  });

/** Keeps pages out of caches, but for what says otherwise itself. */
export const noStore = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
});

const COOKIE_MAX_AGE_SECONDS = 31_536_000;

/** `?lang=` and `?theme=` on any page are kept in a cookie, and the page is shown again without them. */
export const savePreferences = createMiddleware<ConsoleEnv>(async (c, next) => {
  const viewContext = c.get('viewContext');
  const lang = LANGUAGES.find((one) => one === viewContext.query.get('lang'));
  const theme = THEMES.find((one) => one === viewContext.query.get('theme'));
  if (c.req.method !== 'GET' || (lang === undefined && theme === undefined)) return next();
  for (const [name, value] of Object.entries({ lang, theme })) {
    if (value === undefined) continue;
    setCookie(c, name, value, { maxAge: COOKIE_MAX_AGE_SECONDS, sameSite: 'Lax' });
  }
  return c.redirect(hrefWith(viewContext, { lang: null, theme: null }), 303);
});
