import type { Child } from 'hono/jsx';
import { assetPath, type ConsoleAssets } from '#lib/console/data/assets.ts';
import type { Lang } from '#lib/console/messages/language.ts';
import type { Theme } from './view.ts';

const HTML_LANG: Record<Lang, string> = { zh: 'zh-CN', en: 'en' };

interface DocumentProps {
  title: string;
  lang: Lang;
  theme: Theme;
  assets: ConsoleAssets;
  children?: Child;
  /** where to go at once, by itself */
  refreshTo?: string;
}

/** The HTML around everything. Style and script are files of this host: the policy allows nothing inline. */
export function renderDocument({ title, lang, theme, assets, children, refreshTo }: DocumentProps): string {
  const html = (
    <html lang={HTML_LANG[lang]} data-theme={theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
        {refreshTo === undefined ? null : <meta http-equiv="refresh" content={`0;url=${refreshTo}`} />}
        <title>{title}</title>
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href={assetPath(assets.style)} />
        <script src={assetPath(assets.script)} defer></script>
      </head>
      <body>{children}</body>
    </html>
  );
  return `<!doctype html>\n${html}`;
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><circle cx="12" cy="13" r="4" fill="#fff"/><circle cx="21" cy="13" r="3" fill="#9fdcd4"/><path d="M5 25c0-4 3-6.5 7-6.5s7 2.500 7 6.500" fill="#fff"/></svg>',
)}`;
