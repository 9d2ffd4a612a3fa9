import { createMiddleware } from 'hono/factory';
import { LANGS } from '#lib/console/messages/language.ts';
import { type ConsoleEnv, hrefWith, THEMES } from './view.ts';

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
