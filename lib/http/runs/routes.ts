import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { NewRun, Run, RunList, RunPath } from '#lib/http/runs/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import type { Runs } from '#lib/pipeline/run/run-record.ts';
import { ApiError } from '#lib/platform/errors.ts';

const tags = ['runs'];

/** Adds the routes with which nightly runs are started and followed. */
export function runRoutes(app: OpenAPIHono<ApiEnv>, runs: Runs, requires: RequireRole): void {
  const startRun = createRoute({
    method: 'post',
    path: '/v1/runs',
    operationId: 'startRun',
    tags,
    summary: 'Start a nightly run now',
    description:
      'Computes features, models, scores and the report as of a day, and publishes them; the schedule does so every night. One run at a time. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: { body: { required: false, content: { 'application/json': { schema: NewRun } } } },
    responses: {
      202: jsonResponse('The run has begun', Run),
      ...guardedResponses,
      400: problemResponse(
        'The request is not as described here: `invalid_request`; or the day is none: `date_invalid`, or still to come: `date_in_future`',
      ),
      409: problemResponse('Another run is under way; the text names it: `run_in_progress`'),
      415: problemResponse('The body is not sent as JSON: `not_json`'),
    },
  });
  app.openapi(startRun, async (c) => {
    const { asOf } = (c.req.valid('json') ?? {}) as { asOf?: string };
    return c.json(await runs.start({ asOf, by: c.get('caller').id }), 202);
  });

  const listRuns = createRoute({
    method: 'get',
    path: '/v1/runs',
    operationId: 'listRuns',
    tags,
    summary: 'The last nightly runs',
    description:
      'The runs of the last hundred days, newest first, at most 50. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    responses: { 200: jsonResponse('The runs', RunList), ...guardedResponses },
  });
  app.openapi(listRuns, async (c) => c.json({ runs: await runs.list() }, 200));

  const getRun = createRoute({
    method: 'get',
    path: '/v1/runs/{runId}',
    operationId: 'getRun',
    tags,
    summary: 'One nightly run',
    description:
      'How far this run is, step by step; when it has failed, where and why. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: RunPath },
    responses: {
      200: jsonResponse('The run', Run),
      ...guardedResponses,
      404: problemResponse('There is no such run: `run_not_found`'),
    },
  });
  app.openapi(getRun, async (c) => {
    const run = await runs.get(c.req.valid('param').runId);
    if (run === undefined)
      throw new ApiError(404, 'run_not_found', 'There is no run with this id. GET /v1/runs lists them.');
    return c.json(run, 200);
  });
}
