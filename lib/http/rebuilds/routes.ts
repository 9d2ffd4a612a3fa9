import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { NewRebuildJob, RebuildJob, RebuildJobList, RebuildJobPath } from '#lib/http/rebuilds/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { Rebuilds, RebuildView } from '#lib/rebuilds/rebuild-view.ts';

const notFound = { 404: problemResponse('There is no such rebuild: `recount_not_found`') };
const inProgress = 'Another rebuild is under way; the text names it: `recount_in_progress`';

/** The names of a job's routes: those of now, and those of the first release, which programs of others still call. */
const NAMES = [
  { path: '/v1/rebuilds', tag: 'rebuilds', one: 'Rebuild', many: 'Rebuilds', deprecated: false },
  { path: '/v1/recounts', tag: 'recounts', one: 'Recount', many: 'Recounts', deprecated: true },
] as const;

/** Adds the routes of jobs that rebuild members in the background, under both of their names. */
export function rebuildRoutes(app: OpenAPIHono<ApiEnv>, rebuilds: Rebuilds, requires: RequireRole): void {
  for (const names of NAMES) addRoutes(app, names, rebuilds, requires);
}

/** As RFC 9745 and RFC 5829 tell programs that a route has another name now; the date is that of the release. */
const pointToRebuilds = createMiddleware(async (c, next) => {
  await next();
  c.header('Deprecation', '@1795824000');
  c.header('Link', '</v1/rebuilds>; rel="successor-version"');
});

function addRoutes(
  app: OpenAPIHono<ApiEnv>,
  { path, tag, one, many, deprecated }: (typeof NAMES)[number],
  rebuilds: Rebuilds,
  requires: RequireRole,
): void {
  if (deprecated) app.use(`${path}/*`, pointToRebuilds);
  const common = { tags: [tag], ...(deprecated && { deprecated }) };
  const describe = (text: string): string =>
    deprecated ? `${text} Deprecated: call the same below \`/v1/rebuilds\`.` : text;

  const start = createRoute({
    ...common,
    method: 'post',
    path,
    operationId: `start${one}`,
    summary: 'Rebuild members',
    description: describe(
      'Compares all that is counted of members with the event log, and puts right what differs, while events go on coming. For after a restore or lost records; a change of the counting rules starts it by itself. One at a time. Needs a key with the role `operator`.',
    ),
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: { body: { required: false, content: { 'application/json': { schema: NewRebuildJob } } } },
    responses: {
      202: jsonResponse('It has begun', RebuildJob),
      ...guardedResponses,
      409: problemResponse(inProgress),
      415: problemResponse('The body is not sent as JSON: `not_json`'),
    },
  });
  app.openapi(start, async (c) => {
    const scope = (c.req.valid('json') ?? {}) as { members?: string[]; from?: string; to?: string };
    return c.json(await rebuilds.start({ ...scope, by: c.get('caller').id }), 202);
  });

  const resume = createRoute({
    ...common,
    method: 'post',
    path: `${path}/{recountId}/resume`,
    operationId: `resume${one}`,
    summary: 'Go on with a rebuild that stopped',
    description: describe(
      'Goes on where it was; what is done is not done again. Needs a key with the role `operator`.',
    ),
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: { params: RebuildJobPath },
    responses: {
      202: jsonResponse('It goes on', RebuildJob),
      ...guardedResponses,
      ...notFound,
      409: problemResponse(`${inProgress}; or this one is done: \`recount_done\``),
    },
  });
  app.openapi(resume, async (c) =>
    c.json(requireRebuild(await rebuilds.resume(c.req.valid('param').recountId)), 202),
  );

  const list = createRoute({
    ...common,
    method: 'get',
    path,
    operationId: `list${many}`,
    summary: 'The last rebuilds',
    description: describe(
      'The rebuilds of the last hundred days, newest first, at most 50. Needs a key with the role `reader`.',
    ),
    security: securityFor('reader'),
    middleware: requires('reader'),
    responses: { 200: jsonResponse('The rebuilds', RebuildJobList), ...guardedResponses },
  });
  app.openapi(list, async (c) => c.json({ recounts: await rebuilds.list() }, 200));

  const get = createRoute({
    ...common,
    method: 'get',
    path: `${path}/{recountId}`,
    operationId: `get${one}`,
    summary: 'One rebuild',
    description: describe(
      'How far it is, and what it found so far; when it has failed, why. Needs a key with the role `reader`.',
    ),
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: RebuildJobPath },
    responses: { 200: jsonResponse('The rebuild', RebuildJob), ...guardedResponses, ...notFound },
  });
  app.openapi(get, async (c) =>
    c.json(requireRebuild(await rebuilds.get(c.req.valid('param').recountId)), 200),
  );
}

function requireRebuild(rebuild: RebuildView | undefined): RebuildView {
  if (rebuild === undefined)
    throw new ApiError(
      404,
      'recount_not_found',
      'There is no rebuild with this id. GET /v1/rebuilds lists them.',
    );
  return rebuild;
}
