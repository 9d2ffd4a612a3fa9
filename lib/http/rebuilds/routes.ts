import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { NewRecount, Recount, RecountList, RecountPath } from '#lib/http/rebuilds/schema.ts';
import type { ApiEnv, Requires } from '#lib/http/shared/auth.ts';
import { guardedAnswers, json, needs, problemAnswer } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { Rebuilds, RebuildView } from '#lib/rebuilds/rebuild-view.ts';

const tags = ['recounts'];
const notFound = { 404: problemAnswer('There is no such recount: `recount_not_found`') };
const underWay = 'Another recount is under way; the text names it: `recount_in_progress`';

/** Adds the routes with which members are counted anew in the background. */
export function recountRoutes(app: OpenAPIHono<ApiEnv>, recounts: Rebuilds, requires: Requires): void {
  const startRecount = createRoute({
    method: 'post',
    path: '/v1/recounts',
    operationId: 'startRecount',
    tags,
    summary: 'Count members anew',
    description:
      'Compares all that is counted of members with the event log, and puts right what differs, while events go on coming. For after a restore, lost records or a changed taxonomy. One at a time. Needs a key with the role `operator`.',
    security: needs('operator'),
    middleware: requires('operator'),
    request: { body: { required: false, content: { 'application/json': { schema: NewRecount } } } },
    responses: {
      202: json('It has begun', Recount),
      ...guardedAnswers,
      409: problemAnswer(underWay),
      415: problemAnswer('The body is not sent as JSON: `not_json`'),
    },
  });
  app.openapi(startRecount, async (c) => {
    const wish = (c.req.valid('json') ?? {}) as { members?: string[]; from?: string; to?: string };
    return c.json(await recounts.start({ ...wish, by: c.get('caller').id }), 202);
  });

  const resumeRecount = createRoute({
    method: 'post',
    path: '/v1/recounts/{recountId}/resume',
    operationId: 'resumeRecount',
    tags,
    summary: 'Go on with a recount that stopped',
    description:
      'Goes on where it was; what is done is not done again. Needs a key with the role `operator`.',
    security: needs('operator'),
    middleware: requires('operator'),
    request: { params: RecountPath },
    responses: {
      202: json('It goes on', Recount),
      ...guardedAnswers,
      ...notFound,
      409: problemAnswer(`${underWay}; or this one is done: \`recount_done\``),
    },
  });
  app.openapi(resumeRecount, async (c) =>
    c.json(known(await recounts.resume(c.req.valid('param').recountId)), 202),
  );

  const listRecounts = createRoute({
    method: 'get',
    path: '/v1/recounts',
    operationId: 'listRecounts',
    tags,
    summary: 'The last recounts',
    description:
      'The recounts of the last hundred days, newest first, at most 50. Needs a key with the role `reader`.',
    security: needs('reader'),
    middleware: requires('reader'),
    responses: { 200: json('The recounts', RecountList), ...guardedAnswers },
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
    security: needs('reader'),
    middleware: requires('reader'),
    request: { params: RecountPath },
    responses: { 200: json('The recount', Recount), ...guardedAnswers, ...notFound },
  });
  app.openapi(getRecount, async (c) =>
    c.json(known(await recounts.get(c.req.valid('param').recountId)), 200),
  );
}

function known(recount: RebuildView | undefined): RebuildView {
  if (recount === undefined)
    throw new ApiError(
      404,
      'recount_not_found',
      'There is no recount with this id. GET /v1/recounts lists them.',
    );
  return recount;
}
