import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { NewRebuildJob, RebuildJob, RebuildJobList, RebuildJobPath } from '#lib/http/rebuilds/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { Rebuilds, RebuildView } from '#lib/rebuilds/rebuild-view.ts';

const tags = ['recounts'];
const notFound = { 404: problemResponse('There is no such recount: `recount_not_found`') };
const inProgress = 'Another recount is under way; the text names it: `recount_in_progress`';

/** Adds the routes of jobs that rebuild members in the background. */
export function rebuildRoutes(app: OpenAPIHono<ApiEnv>, recounts: Rebuilds, requires: RequireRole): void {
  const startRecount = createRoute({
    method: 'post',
    path: '/v1/recounts',
    operationId: 'startRecount',
    tags,
    summary: 'Rebuild members',
    description:
      'Compares all that is counted of members with the event log, and puts right what differs, while events go on coming. For after a restore, lost records or a changed taxonomy. One at a time. Needs a key with the role `operator`.',
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
  app.openapi(startRecount, async (c) => {
    const scope = (c.req.valid('json') ?? {}) as { members?: string[]; from?: string; to?: string };
    return c.json(await recounts.start({ ...scope, by: c.get('caller').id }), 202);
  });

  const resumeRecount = createRoute({
    method: 'post',
    path: '/v1/recounts/{recountId}/resume',
    operationId: 'resumeRecount',
    tags,
    summary: 'Go on with a recount that stopped',
    description:
      'Goes on where it was; what is done is not done again. Needs a key with the role `operator`.',
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
  app.openapi(resumeRecount, async (c) =>
    c.json(requireRebuild(await recounts.resume(c.req.valid('param').recountId)), 202),
  );

  const listRecounts = createRoute({
    method: 'get',
    path: '/v1/recounts',
    operationId: 'listRecounts',
    tags,
    summary: 'The last recounts',
    description:
      'The recounts of the last hundred days, newest first, at most 50. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    responses: { 200: jsonResponse('The recounts', RebuildJobList), ...guardedResponses },
  });
  app.openapi(listRecounts, async (c) => c.json({ recounts: await recounts.list() }, 200));

  const getRecount = createRoute({
    method: 'get',
    path: '/v1/recounts/{recountId}',
    operationId: 'getRecount',
    tags,
    summary: 'One recount',
    description:
      'How far it is, and what it found so far; when it has failed, why. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: RebuildJobPath },
    responses: { 200: jsonResponse('The recount', RebuildJob), ...guardedResponses, ...notFound },
  });
  app.openapi(getRecount, async (c) =>
    c.json(requireRebuild(await recounts.get(c.req.valid('param').recountId)), 200),
  );
}

function requireRebuild(recount: RebuildView | undefined): RebuildView {
  if (recount === undefined)
    throw new ApiError(
      404,
      'recount_not_found',
      'There is no recount with this id. GET /v1/recounts lists them.',
    );
  return recount;
}
