import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { renderDocument } from '#lib/console/layout/document.tsx';
import { layoutMessages } from '#lib/console/layout/messages.ts';
import { hrefWith, type ViewContext } from '#lib/console/layout/view.ts';
import { signInMessages } from './messages.ts';

/** @param to where to go afterwards: a path of the console */
export function renderSignInPage(
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
            aria-describedby={error === undefined ? 'hint' : 'fault hint'}
            aria-invalid={error === undefined ? undefined : 'true'}
          />
          <p class="hint" id="hint">
            {messages.keyHint}
          </p>
          {error === undefined ? null : (
            <p class="fault" id="fault" role="alert">
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
