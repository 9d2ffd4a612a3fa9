import type { Context, Hono } from 'hono';
import type { Sessions } from '#lib/auth/sessions/sessions.ts';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { renderDocument } from '#lib/console/layout/document.tsx';
import { layoutMessages } from '#lib/console/layout/messages.ts';
import { type ConsoleEnv, hrefWith, type ViewContext } from '#lib/console/layout/view.ts';
import { setSessionCookie } from './guard.ts';
import { signInMessages } from './messages.ts';

/** @param to where to go afterwards: a path of the console */
function renderSignInPage(
  viewContext: ViewContext,
  assets: ConsoleAssets,
  to: string,
  error?: 'refused' | 'throttled',
): string {
  const messages = signInMessages[viewContext.lang];
  const { product, otherLang } = layoutMessages[viewContext.lang];
  const other = viewContext.lang === 'zh' ? 'en' : 'zh';
  return renderDocument({
    title: `${messages.title} · ${product}`,
    lang: viewContext.lang,
    theme: viewContext.theme,
    assets,
    children: (
      <main class="sign-in">
        <p class="brand">
          <span class="mark" aria-hidden="true"></span>
          {product}
        </p>
        <h1>{messages.title}</h1>
        <p class="muted">{messages.lead}</p>
        <form method="post" action="/console/sign-in">
          <input type="hidden" name="to" value={to} />
          <label for="key">{messages.key}</label>
          <input
            id="key"
            name="key"
            type="password"
            required
            autofocus
            autocomplete="current-password"
            spellcheck={false}
            aria-describedby={error === undefined ? 'hint' : 'error hint'}
            aria-invalid={error === undefined ? undefined : 'true'}
          />
          <p class="hint" id="hint">
            {messages.keyHint}
          </p>
          {error === undefined ? null : (
            <p class="error" id="error" role="alert">
              {messages[error]}
            </p>
          )}
          <button type="submit" class="primary">
            {messages.enter}
          </button>
        </form>
        <p class="muted small">{messages.local}</p>
        <p class="foot">
          <a href={hrefWith({ ...viewContext, path: '/console/sign-in' }, { lang: other })} hreflang={other}>
            {otherLang}
          </a>
          <a href="/docs">{messages.docs}</a>
        </p>
      </main>
    ),
  });
}

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
