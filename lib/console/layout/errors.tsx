import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import type { SecretRole } from '#lib/auth/keys/access-key.ts';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import { roleNames } from '#lib/console/messages/names.ts';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import { readRequestId } from '#lib/platform/request-id.ts';
import { renderDocument } from './document.tsx';
import { layoutMessages } from './messages.ts';
import type { ConsoleEnv } from './view.ts';

interface ErrorMessage {
  status: 400 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
  title: string;
  detail: string;
  retry: boolean;
}

/** Shows every error in the language of the caller, and logs those of our own. */
export function onConsoleError(assets: ConsoleAssets, log: Log): ErrorHandler<ConsoleEnv> {
  return (error, c) => {
    const message = toErrorMessage(error, c);
    if (message.status >= 500) {
      log('error', 'console page failed', {
        requestId: readRequestId(c.env),
        status: message.status,
        error: errorFields(error),
      });
    }
    return errorResponse(c, assets, message);
  };
}

export const consoleNotFound =
  (assets: ConsoleAssets): NotFoundHandler<ConsoleEnv> =>
  (c) =>
    errorResponse(c, assets, toErrorMessage(new ConsoleError(404, 'notFound'), c));

function toErrorMessage(error: unknown, c: Context<ConsoleEnv>): ErrorMessage {
  const { lang } = c.get('viewContext');
  const messages = layoutMessages[lang].error;
  if (error instanceof ConsoleError) {
    const { status, kind, needed } = error;
    if (kind === 'invalid') return { status, title: messages.invalid, detail: error.message, retry: false };
    const yours = c.get('session')?.caller.role;
    const detail =
      kind === 'forbidden' && needed !== undefined && yours !== undefined
        ? messages.forbiddenHow(roleNames[lang][needed], roleNames[lang][yours])
        : messages[kind === 'notFound' ? 'notFoundHow' : 'staleHow'];
    return { status, title: messages[kind], detail, retry: false };
  }
  if (error instanceof ApiError) {
    const status = error.status === 401 ? 403 : error.status;
    return { status, title: messages.invalid, detail: error.message, retry: false };
  }
  if (error instanceof StoreError && error.retriable) {
    return { status: 503, title: messages.unavailable, detail: messages.unavailableHow, retry: true };
  }
  return {
    status: 500,
    title: messages.internal,
    detail: `${messages.internalHow} ${readRequestId(c.env)}`,
    retry: true,
  };
}

function errorResponse(
  c: Context<ConsoleEnv>,
  assets: ConsoleAssets,
  { status, title, detail, retry }: ErrorMessage,
): Response {
  if (wantsJson(c)) return c.json({ error: title, detail }, status);
  const { lang, theme, path } = c.get('viewContext');
  const messages = layoutMessages[lang];
  return c.html(
    renderDocument({
      title: `${title} · ${messages.product}`,
      lang,
      theme,
      assets,
      children: (
        <main class="sign-in">
          <p class="brand">
            <span class="mark" aria-hidden="true"></span>
            {messages.product}
          </p>
          <h1>{title}</h1>
          <p>{detail}</p>
          <p class="foot">
            {retry && c.req.method === 'GET' ? <a href={path}>{messages.error.retry}</a> : null}
            <a href="/console">{messages.error.back}</a>
          </p>
        </main>
      ),
    }),
    status,
  );
}

const wantsJson = (c: Context): boolean =>
  c.req.path.endsWith('.json') || c.req.header('x-form') !== undefined;

/** Why a page cannot be shown; what it says is chosen by language when it is. */
export class ConsoleError extends Error {
  readonly status: 400 | 403 | 404;
  readonly kind: 'forbidden' | 'notFound' | 'stale' | 'invalid';
  /** with `forbidden`: what it takes */
  readonly needed: SecretRole | undefined;

  /** @param detail with `invalid`: what is wrong, in words */
  constructor(
    status: ConsoleError['status'],
    kind: ConsoleError['kind'],
    detail?: { needed?: SecretRole; message?: string },
  ) {
    super(detail?.message ?? kind);
    this.name = 'ConsoleError';
    this.status = status;
    this.kind = kind;
    this.needed = detail?.needed;
  }
}
