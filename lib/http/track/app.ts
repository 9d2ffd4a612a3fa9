import { type Context, Hono } from 'hono';
import { LinearRouter } from 'hono/router/linear-router';
import type { EventWriter } from '#lib/events/events-table.ts';
import {
  type ParsedCalls,
  parseCalls,
  parseRequestBody,
  RejectedRequest,
} from '#lib/events/parse-request.ts';
import type { EventType } from '#lib/events/stored-event.ts';
import { StoreError } from '#lib/platform/errors.ts';

/** Every tracking route with the type of call that it takes; the short forms are the ones real SDKs use. */
export const TRACKING_ROUTES: Readonly<Record<string, EventType | 'batch'>> = {
  '/v1/track': 'track',
  '/v1/identify': 'identify',
  '/v1/page': 'page',
  '/v1/screen': 'screen',
  '/v1/group': 'group',
  '/v1/alias': 'alias',
  '/v1/batch': 'batch',
  '/v1/import': 'batch',
  '/v1/t': 'track',
  '/v1/i': 'identify',
  '/v1/p': 'page',
  '/v1/s': 'screen',
  '/v1/g': 'group',
  '/v1/a': 'alias',
  '/v1/b': 'batch',
};

// SDKs give up on a request after ten seconds; an answer must be there before.
const WRITE_BUDGET_MS = 8_000;
const RETRY_AFTER_SECONDS = 2;

const CORS = { 'access-control-allow-origin': '*' };
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, x-retry-count',
  'access-control-max-age': '86400',
};

export interface TrackDeps {
  /** whether this is a live write key; @throws StoreError when it cannot be known now */
  acceptsWriteKey: (key: string) => Promise<boolean>;
  events: EventWriter;
  retentionDays: number;
  /** milliseconds since 1970 */
  now: () => number;
  randomId: () => string;
  /** called with the cause of every 5xx; gets no personal data */
  onFailure: (error: unknown) => void;
}

/** The tracking API: what Segment's SDKs send, answered as they expect. */
export function trackApp(deps: TrackDeps): Hono {
  const app = new Hono({ router: new LinearRouter() });
  for (const [path, type] of Object.entries(TRACKING_ROUTES)) {
    app.post(path, (c) => track(c, type, deps));
    app.options(path, (c) => c.body(null, 204, PREFLIGHT));
  }
  app.get('/v1/projects/:writeKey/settings', settings);
  app.notFound((c) => failure(c, 404, 'route_unknown', 'there is no such tracking route'));
  app.onError((error, c) => {
    if (error instanceof RejectedRequest) return failure(c, 400, error.code, error.message);
    deps.onFailure(error);
    if (error instanceof StoreError) {
      c.header('retry-after', String(RETRY_AFTER_SECONDS));
      return error.throttled
        ? failure(c, 429, 'too_many_requests', 'more than can be stored now; send it again')
        : failure(c, 503, 'unavailable', 'the event store does not answer; send it again');
    }
    return failure(c, 500, 'internal', 'unexpected error; send it again');
  });
  return app;
}

async function track(c: Context, type: EventType | 'batch', deps: TrackDeps): Promise<Response> {
  const encoding = c.req.header('content-encoding');
  const body = parseRequestBody(getTextAside(c) ?? new Uint8Array(await c.req.arrayBuffer()), encoding);
  if (!(await isAuthorized(c.req.header('authorization'), body['writeKey'], deps))) {
    return failure(
      c,
      400,
      'invalid_write_key',
      'no live write key came with this request; nothing was stored',
    );
  }
  const read = parseCalls(body, type, {
    now: deps.now(),
    retentionDays: deps.retentionDays,
    randomId: deps.randomId,
  });
  const first = read.rejected[0];
  if (read.events.length === 0 && first !== undefined) {
    return c.json({ success: false, code: first.code, message: first.message, ...details(read) }, 400, CORS);
  }
  if (read.events.length > 0) await deps.events.put(read.events, WRITE_BUDGET_MS);
  return c.json({ success: true, ...details(read) }, 200, CORS);
}

function details({ rejected, undeduplicated }: ParsedCalls): object {
  return {
    ...(rejected.length > 0 ? { rejected } : {}),
    ...(undeduplicated > 0 ? { undeduplicated } : {}),
  };
}

async function isAuthorized(
  authorization: string | undefined,
  inBody: unknown,
  { acceptsWriteKey }: TrackDeps,
): Promise<boolean> {
  const inHeader = parseBasicUser(authorization);
  if (inHeader !== undefined && (await acceptsWriteKey(inHeader))) return true;
  return typeof inBody === 'string' && inBody !== '' && inBody !== inHeader && acceptsWriteKey(inBody);
}

/** The user name of Basic authentication, which carries the write key; SDKs differ in the colon behind it. */
function parseBasicUser(authorization: string | undefined): string | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const user = Buffer.from(encoded, 'base64').toString().split(':', 1)[0];
  return user === '' ? undefined : user;
}

function settings(c: Context): Response {
  const { host } = new URL(c.req.url);
  const segment = { apiKey: c.req.param('writeKey'), apiHost: `${host}/v1` };
  return c.json({ integrations: { 'Segment.io': segment }, plan: {}, edgeFunction: {} }, 200, CORS);
}

function failure(c: Context, status: 400 | 404 | 429 | 500 | 503, code: string, message: string): Response {
  return c.json({ success: false, code, message }, status, CORS);
}

interface WithBody {
  body?: string | null | undefined;
  isBase64Encoded?: boolean | undefined;
}

/**
 * Hono makes a Request of every Lambda event, which encodes a text body to bytes only for us to decode it again:
 * a tenth of the time of a request of 50 events. This sets the text aside, where `getTextAside` finds it.
 */
export function setTextAside<E extends object>(event: E): E & { text?: string } {
  const { body, isBase64Encoded } = event as WithBody;
  return typeof body === 'string' && isBase64Encoded !== true ? { ...event, body: '', text: body } : event;
}

/** The text that `setTextAside` set aside; undefined when the body is in the Request. */
function getTextAside(c: Context): string | undefined {
  const { event } = (c.env ?? {}) as { event?: { text?: unknown } };
  return typeof event?.text === 'string' ? event.text : undefined;
}
