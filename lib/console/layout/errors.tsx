import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { roleWords } from '#lib/console/messages/role-names.ts';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import { ConsoleError } from './console-error.ts';
import { documentOf } from './document.tsx';
import { frameWords } from './messages.ts';
import type { ConsoleEnv } from './view.ts';

interface Told {
  status: 400 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
  title: string;
  detail: string;
  retry: boolean;
}

/** Tells of every error in the language of who asked; what is our own fault is logged. */
export function onConsoleError(assets: ConsoleAssets, log: Log): ErrorHandler<ConsoleEnv> {
  return (error, c) => {
    const told = tell(error, c);
    if (told.status >= 500) {
      log('error', 'console page failed', {
        requestId: requestId(c),
        status: told.status,
        error: errorFields(error),
      });
    }
    return errorAnswer(c, assets, told);
  };
}

export const consoleNotFound =
  (assets: ConsoleAssets): NotFoundHandler<ConsoleEnv> =>
  (c) =>
    errorAnswer(c, assets, tell(new ConsoleError(404, 'notFound'), c));

function tell(error: unknown, c: Context<ConsoleEnv>): Told {
  const { lang } = c.get('look');
  const words = frameWords[lang].error;
  if (error instanceof ConsoleError) {
    const { status, kind, needed } = error;
    if (kind === 'invalid') return { status, title: words.invalid, detail: error.message, retry: false };
    const yours = c.get('session')?.caller.role;
    const detail =
      kind === 'forbidden' && needed !== undefined && yours !== undefined
        ? words.forbiddenHow(roleWords[lang][needed], roleWords[lang][yours])
        : words[kind === 'notFound' ? 'notFoundHow' : 'staleHow'];
    return { status, title: words[kind], detail, retry: false };
  }
  if (error instanceof ApiError) {
    const status = error.status === 401 ? 403 : error.status;
    return { status, title: words.invalid, detail: error.message, retry: false };
  }
  if (error instanceof StoreError && error.retriable) {
    return { status: 503, title: words.unavailable, detail: words.unavailableHow, retry: true };
  }
  return { status: 500, title: words.internal, detail: `${words.internalHow} ${requestId(c)}`, retry: true };
}

function errorAnswer(
  c: Context<ConsoleEnv>,
  assets: ConsoleAssets,
  { status, title, detail, retry }: Told,
): Response {
  if (wantsJson(c)) return c.json({ error: title, detail }, status);
  const { lang, theme, path } = c.get('look');
  const words = frameWords[lang];
  return c.html(
    documentOf({
      title: `${title} · ${words.product}`,
      lang,
      theme,
      assets,
      children: (
        <main class="sign-in">
          <p class="brand">
            <span class="mark" aria-hidden="true"></span>
            {words.product}
          </p>
          <h1>{title}</h1>
          <p>{detail}</p>
          <p class="foot">
            {retry && c.req.method === 'GET' ? <a href={path}>{words.error.retry}</a> : null}
            <a href="/console">{words.error.back}</a>
          </p>
        </main>
      ),
    }),
    status,
  );
}

const wantsJson = (c: Context): boolean =>
  c.req.path.endsWith('.json') || c.req.header('x-form') !== undefined;

/** Lambda's id of this invocation, which its log lines carry too; a made-up one elsewhere. */
function requestId(c: Context): string {
  const { lambdaContext } = (c.env ?? {}) as { lambdaContext?: { awsRequestId?: string } };
  return lambdaContext?.awsRequestId ?? crypto.randomUUID();
}
