/** A page of the console as it came. */
export interface Visited {
  path: string;
  status: number;
  type: string;
  text: string;
}

const LANES = 4;

/**
 * Signs in and opens every page and file of the console that a link, a form for looking or a live part of a page leads
 * to.
 * @param lang of the pages
 * @param seeds where to begin, beside the first page
 * @param thorough every choice of a page, not only some of each kind
 */
export async function visitConsole(
  api: string,
  key: string,
  lang: 'zh' | 'en',
  seeds: readonly string[],
  thorough: boolean,
): Promise<Visited[]> {
  const signedIn = await fetch(new URL('/console/sign-in', api), {
    method: 'POST',
    body: new URLSearchParams({ key }),
    redirect: 'manual',
  });
  const session = signedIn.headers.get('set-cookie')?.split(';')[0];
  if (signedIn.status !== 303 || session === undefined) throw new Error(`sign-in: ${signedIn.status}`);
  const headers = { cookie: `${session}; lang=${lang}` };

  const known = new Set<string>();
  const ofKind = new Map<string, number>();
  const isNew = (path: string): boolean => {
    const kind = kindOf(path);
    const before = ofKind.get(kind) ?? 0;
    if (known.has(path) || before >= mostOf(kind, thorough)) return false;
    known.add(path);
    ofKind.set(kind, before + 1);
    return true;
  };
  const visited: Visited[] = [];
  for (let wave = ['/', '/console', '/console/sign-in', ...seeds].filter(isNew); wave.length > 0; ) {
    const pages = await inLanes(wave, (path) => visit(api, path, headers));
    visited.push(...pages);
    wave = pages
      .flatMap(({ path, type, text }) => (type === 'text/html' ? pathsIn(text, path) : []))
      .filter(isNew);
  }
  return visited;
}

async function visit(api: string, path: string, headers: Record<string, string>): Promise<Visited> {
  const response = await fetch(new URL(path, api), { headers, redirect: 'manual' });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return { path, status: response.status, type, text: await response.text() };
}

async function inLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < all.length) {
      const nth = next++;
      done[nth] = await work(all[nth]!);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

/** How many pages of a kind are opened: thoroughly, every choice of one thing and some of those of several at once. */
function mostOf(kind: string, thorough: boolean): number {
  const [place = '', names = ''] = kind.split('?');
  const choices = names === '' ? 0 : names.split('&').length;
  if (!thorough) return choices > 1 ? 1 : 2;
  if (place.endsWith('.csv')) return choices > 1 ? 1 : 4;
  return choices > 2 ? 2 : choices > 1 ? 4 : 12;
}

/** The kind of a page: its path without ids, and the names in its query. */
export function kindOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://console');
  const place = pathname
    .replace(/^(\/console\/members\/)(?!all\.csv|list\.csv)[^/]+/, '$1*')
    .replace(/imp_\w+/, '*')
    .replace(/^(\/console\/runs\/)[^/.]+/, '$1*');
  return `${place}?${[...searchParams.keys()].sort().join('&')}`;
}

/** Where a page leads to within the console: links, live parts, and every choice of its forms that only look. */
function pathsIn(html: string, base: string): string[] {
  const found = [...html.matchAll(/(?:href|src|data-live|data-await)="([^"]*)"/g)].map(
    ([, href = '']) => href,
  );
  for (const [, attributes = '', body = ''] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
    if (/method="post"/i.test(attributes)) continue;
    const action = /action="([^"]*)"/.exec(attributes)?.[1] ?? base;
    const fixed = [...body.matchAll(/<input\b[^>]*>/g)].flatMap(([input]) => {
      const [name, value] = ['name', 'value'].map((one) => new RegExp(`${one}="([^"]*)"`).exec(input)?.[1]);
      return name === undefined ? [] : [[name, value ?? ''] as const];
    });
    found.push(`${action}?${new URLSearchParams(fixed.map(([name, value]) => [name, plain(value)]))}`);
    for (const [, name = '', options = ''] of body.matchAll(
      /<select\b[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
    )) {
      for (const [, value = ''] of options.matchAll(/<option\b[^>]*value="([^"]*)"/g))
        found.push(`${action}?${new URLSearchParams({ [name]: plain(value) })}`);
    }
  }
  return found
    .map((href) => new URL(plain(href), new URL(base, 'http://console')))
    .filter(({ origin, searchParams }) => origin === 'http://console' && !isPreference(searchParams))
    .map(({ pathname, search }) => pathname + search)
    .filter((path) => path.startsWith('/console'));
}

/** Language and looks come back to the same page. */
const isPreference = (query: URLSearchParams): boolean => query.has('lang') || query.has('theme');

const plain = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
