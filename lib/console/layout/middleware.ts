import { gzipSync } from 'node:zlib';
import { createMiddleware } from 'hono/factory';

const MIN_GZIP_BYTES = 1_400;
const COMPRESSIBLE_TYPES = /^(text\/|application\/(json|javascript))/;

/**
 * Packs text for browsers that take it: API Gateway's HTTP APIs do not. A page that holds a secret beside text of
 * somebody else's choice tells of it by its packed size; other sites cannot ask for such pages, as the session's cookie
 * never comes with their requests (SameSite=Strict).
 */
export const gzip = createMiddleware(async (c, next) => {
  await next();
  const { headers, status } = c.res;
  if (!/\bgzip\b/i.test(c.req.header('accept-encoding') ?? '') || headers.has('content-encoding')) return;
  if (status === 204 || status === 304 || !COMPRESSIBLE_TYPES.test(headers.get('content-type') ?? '')) return;
  const body = Buffer.from(await c.res.arrayBuffer());
  const packed = body.length < MIN_GZIP_BYTES ? undefined : gzipSync(body, { level: 5 });
  const fresh = new Headers(headers);
  fresh.append('vary', 'accept-encoding');
  if (packed !== undefined) fresh.set('content-encoding', 'gzip');
  fresh.delete('content-length');
  c.res = undefined;
  c.res = new Response(packed ?? body, { status, headers: fresh });
});
