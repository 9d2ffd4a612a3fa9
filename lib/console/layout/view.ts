import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Session } from '#lib/auth/sessions/sessions.ts';
import { type Format, getFormat, type Lang } from '#lib/console/messages/language.ts';
import { preferredLanguage } from '#lib/platform/language.ts';
import type { CountingNotice } from '#lib/rebuilds/rules-change.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** In which language, theme, width and format a page is shown. */
export interface ViewContext {
  lang: Lang;
  theme: Theme;
  /** a phone: charts are drawn for its width */
  narrow: boolean;
  /** path and query as asked for */
  path: string;
  query: URLSearchParams;
  format: Format;
  /** milliseconds since 1970 */
  now: number;
  /** what is said of all figures while not all members are counted by the same rules */
  counting?: CountingNotice | undefined;
}

/** The same with the session of the caller. */
export type View = ViewContext & { session: Session };

/** What the console's routes find in their context. */
export interface ConsoleEnv {
  Variables: { viewContext: ViewContext; session: Session };
}

/** Language, theme and width by the cookies of the caller, else by what the browser says. */
export function createViewContext(c: Context, currency: string, timeZone: string, now: number): ViewContext {
  const { lang: chosen, theme: chosenTheme, width } = getCookie(c);
  const lang =
    chosen === 'zh' || chosen === 'en' ? chosen : preferredLanguage(c.req.header('accept-language'));
  const theme = THEMES.find((one) => one === chosenTheme) ?? 'auto';
  const url = new URL(c.req.url);
  return {
    lang,
    theme,
    narrow: isPhone(c.req.header('sec-ch-ua-mobile'), c.req.header('user-agent'), width),
    path: url.pathname,
    query: url.searchParams,
    format: getFormat(lang, currency, timeZone),
    now,
  };
}

/** The address of the page one is on, with some of its query changed; null takes a part away. */
export function hrefWith({ path, query }: ViewContext, changes: Record<string, string | null>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The script notes the window's width in a cookie; before that the browser's kind has to do. */
function isPhone(hint: string | undefined, agent = '', width: string | undefined): boolean {
  if (width !== undefined && /^\d+$/.test(width)) return Number(width) < 640;
  return hint === '?1' || /\b(iPhone|Android.*Mobile|Mobile.*Firefox)\b/.test(agent);
}

/** How a page is shown, and to which caller; behind the sign-in. */
export const getView = (c: Context<ConsoleEnv>): View => ({
  ...c.get('viewContext'),
  session: c.get('session'),
});
