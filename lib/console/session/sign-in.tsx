import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { documentOf } from '#lib/console/layout/document.tsx';
import { frameWords } from '#lib/console/layout/messages.ts';
import { hrefWith, type Look } from '#lib/console/layout/view.ts';
import { signInWords } from './messages.ts';

/** @param to where to go afterwards: a path of the console */
export function signInPage(
  look: Look,
  assets: ConsoleAssets,
  to: string,
  fault?: 'refused' | 'throttled',
): string {
  const words = signInWords[look.lang];
  const { product, otherLang } = frameWords[look.lang];
  const other = look.lang === 'zh' ? 'en' : 'zh';
  return documentOf({
    title: `${words.title} · ${product}`,
    lang: look.lang,
    theme: look.theme,
    assets,
    children: (
      <main class="sign-in">
        <p class="brand">
          <span class="mark" aria-hidden="true"></span>
          {product}
        </p>
        <h1>{words.title}</h1>
        <p class="muted">{words.lead}</p>
        <form method="post" action="/console/sign-in">
          <input type="hidden" name="to" value={to} />
          <label for="key">{words.key}</label>
          <input
            id="key"
            name="key"
            type="password"
            required
            autofocus
            autocomplete="current-password"
            spellcheck={false}
            aria-describedby={fault === undefined ? 'hint' : 'fault hint'}
            aria-invalid={fault === undefined ? undefined : 'true'}
          />
          <p class="hint" id="hint">
            {words.keyHint}
          </p>
          {fault === undefined ? null : (
            <p class="fault" id="fault" role="alert">
              {words[fault]}
            </p>
          )}
          <button type="submit" class="primary">
            {words.enter}
          </button>
        </form>
        <p class="muted small">{words.local}</p>
        <p class="foot">
          <a href={hrefWith({ ...look, path: '/console/sign-in' }, { lang: other })} hreflang={other}>
            {otherLang}
          </a>
          <a href="/docs">{words.docs}</a>
        </p>
      </main>
    ),
  });
}
