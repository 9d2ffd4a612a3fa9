import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { html, raw } from 'hono/html';
import type { ApiEnv } from '#lib/http/auth.ts';
import { gatewayAnswers } from '#lib/http/documented-answers.ts';
import { type Language, preferredLanguage } from '#lib/http/language.ts';

const STYLE = `:root{--ink:#16302d;--muted:#5c6f6c;--line:#d5dedd;--surface:#fff;--accent:#0f766e;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#e6f0ee;--muted:#9db1ae;--line:#2b3b39;--surface:#101b1a;--accent:#2dd4bf}}
body{margin:0;background:var(--surface);color:var(--ink);font:14px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif}
main{max-width:44rem;margin:0 auto;padding:32px 20px}
h1{font-size:22px;margin:0}h2{font-size:15px;margin:28px 0 8px}p{margin:4px 0}
a{color:var(--accent)}pre{border:1px solid var(--line);border-radius:8px;padding:12px;overflow:auto}
.muted{color:var(--muted)}nav{float:right}`;

const WORDS = {
  zh: {
    lang: 'zh-CN',
    other: ['en', 'English'],
    title: '知群',
    what: '知识付费社群的运营后端正在运行。',
    send: '发送事件',
    sendHow: '把任意 Segment SDK 的 host 指向这里，使用写入密钥；或者直接：',
    ask: '查询一位成员',
    docs: '所有接口的说明与试用',
    console: '运营页面还不在这个版本里：目前通过接口查询。',
  },
  en: {
    lang: 'en',
    other: ['zh', '中文'],
    title: 'zhiqun',
    what: 'The operations back end of your community is running.',
    send: 'Send an event',
    sendHow: 'Point the host of any Segment SDK here and use a write key; or simply:',
    ask: 'Ask about a member',
    docs: 'Every route, to read and to try',
    console: "Operators' pages are not part of this version yet: ask through the API.",
  },
} as const;

/** Adds the page at the root, which tells somebody who opens the address in a browser what is here. It is public. */
export function homeRoutes(app: OpenAPIHono<ApiEnv>): void {
  const getHome = createRoute({
    method: 'get',
    path: '/',
    operationId: 'getHome',
    tags: ['docs'],
    summary: 'What is here, as a page',
    description: 'A page in Chinese or English, by `Accept-Language` or `?lang=`. Public.',
    security: [],
    request: { query: z.object({ lang: z.enum(['zh', 'en']).optional() }) },
    responses: {
      200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
      ...gatewayAnswers,
    },
  });
  app.openapi(getHome, (c) => {
    const language = c.req.valid('query').lang ?? preferredLanguage(c.req.header('accept-language'));
    return c.html(page(language, new URL(c.req.url).host), 200, {
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    });
  });
}

function page(language: Language, host: string) {
  const words = WORDS[language];
  const address = `${host.startsWith('127.') || host.startsWith('localhost') ? 'http' : 'https'}://${host}`;
  const event = '{"userId":"xiaoming","event":"Lesson Completed"}';
  return html`<!doctype html>
<html lang="${words.lang}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${words.title}</title>
    <style>${raw(STYLE)}</style>
  </head>
  <body>
    <main>
      <nav><a href="/?lang=${words.other[0]}" hreflang="${words.other[0]}">${words.other[1]}</a></nav>
      <h1>${words.title}</h1>
      <p>${words.what}</p>
      <p class="muted">${words.console}</p>
      <h2>${words.send}</h2>
      <p>${words.sendHow}</p>
      <pre><code>curl -u $WRITE_KEY: ${address}/v1/track -d '${event}'</code></pre>
      <h2>${words.ask}</h2>
      <pre><code>curl -H "Authorization: Bearer $SECRET_KEY" ${address}/v1/members/xiaoming</code></pre>
      <p><a href="/docs">${words.docs}</a></p>
    </main>
  </body>
</html>
`;
}
