import { createMiddleware } from 'hono/factory';
import { LANGS } from '#lib/console/messages/language.ts';
import { type ConsoleEnv, hrefWith, THEMES } from './view.ts';

const YEAR_SECONDS = 31_536_000;

/** `?lang=` and `?theme=` on any page are kept in a cookie, and the page is shown again without them. */
export const preferences = createMiddleware<ConsoleEnv>(async (c, next) => {
  const look = c.get('look');
  const lang = LANGS.find((one) => one === look.query.get('lang'));
  const theme = THEMES.find((one) => one === look.query.get('theme'));
  if (c.req.method !== 'GET' || (lang === undefined && theme === undefined)) return next();
  for (const [name, value] of Object.entries({ lang, theme })) {
    if (value === undefined) continue;
    c.header('Set-Cookie', `${name}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`, {
      append: true,
    });
  }
  return c.redirect(hrefWith(look, { lang: null, theme: null }), 303);
});
