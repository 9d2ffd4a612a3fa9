import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  ModelPath,
  ModelQuery,
  Models,
  NamedProfile,
  NewProfileName,
  OneModel,
  ProfilePath,
  Rollback,
} from '#lib/http/models/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import { buildModelCard } from '#lib/models/registry/model-card.ts';
import type { ModelRegistry } from '#lib/models/registry/model-registry.ts';
import { ApiError } from '#lib/platform/errors.ts';

const tags = ['models'];
const notJson = problemResponse('The body is not sent as JSON: `not_json`');

/** Adds the routes about what was learned: which models are live, what they are, and how to go back. */
export function modelRoutes(app: OpenAPIHono<ApiEnv>, registry: ModelRegistry, requires: RequireRole): void {
  const overview = async (current: CurrentModels | undefined) => ({
    publishedAt: current?.publishedAt ?? null,
    runId: current?.runId ?? null,
    asOf: current?.asOf ?? null,
    models: current === undefined ? [] : await registry.live(current),
    profileNames: current?.profileNames ?? {},
    history: current?.history ?? [],
  });

  const listModels = createRoute({
    method: 'get',
    path: '/v1/models',
    operationId: 'listModels',
    tags,
    summary: 'Which models are live',
    description:
      'The live version of each kind, and what was live before. `models` is empty until the first nightly run. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    responses: { 200: jsonResponse('The models', Models), ...guardedResponses },
  });
  app.openapi(listModels, async (c) => c.json(await overview(await registry.current()), 200));

  const getModel = createRoute({
    method: 'get',
    path: '/v1/models/{kind}/{version}',
    operationId: 'getModel',
    tags,
    summary: 'One model and how good it is',
    description:
      'The model card: on how many members it was fitted, by which features, and its quality on members that it had not seen. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: ModelPath, query: ModelQuery },
    responses: {
      200: jsonResponse('The model', OneModel),
      ...guardedResponses,
      404: problemResponse('There is no such model: `model_not_found`'),
      409: problemResponse('Its file cannot be used: `model_refused`'),
    },
  });
  app.openapi(getModel, async (c) => {
    const { kind, version } = c.req.valid('param');
    const [model, current] = await Promise.all([registry.model(kind, version), registry.current()]);
    if (model === undefined)
      throw new ApiError(404, 'model_not_found', 'There is no such version. GET /v1/models lists them.');
    const file =
      c.req.valid('query').file === 'true' ? { file: { ...model } as Record<string, unknown> } : {};
    return c.json({ live: current?.models[kind] === version, model: buildModelCard(model), ...file }, 200);
  });

  const rollback = createRoute({
    method: 'post',
    path: '/v1/models/rollback',
    operationId: 'rollbackModels',
    tags,
    summary: 'Go back to earlier models',
    description:
      'Makes live again what was live before: everything as the last other publication had it, one named by its time, or one kind only. It holds until the next nightly run. Needs a key with the role `owner`.',
    security: securityFor('owner'),
    middleware: requires('owner'),
    request: { body: { required: false, content: { 'application/json': { schema: Rollback } } } },
    responses: {
      200: jsonResponse('What is live now', Models),
      ...guardedResponses,
      404: problemResponse(
        'There was no such publication: `publication_not_found`; or there is no such model: `model_not_found`',
      ),
      409: problemResponse(
        'Nothing was live before, or this is live already: `nothing_to_roll_back_to`; nothing was ever published: `nothing_published`; or a file cannot be used: `model_refused`',
      ),
      415: notJson,
    },
  });
  app.openapi(rollback, async (c) => {
    const target = (c.req.valid('json') ?? {}) as Parameters<ModelRegistry['rollback']>[0];
    return c.json(await overview(await registry.rollback(target, c.get('caller').id)), 200);
  });

  const renameProfile = createRoute({
    method: 'put',
    path: '/v1/models/profiles/{id}/name',
    operationId: 'renameProfile',
    tags,
    summary: 'Call a profile by another name',
    description:
      'The name stays with the profile from night to night, for as long as there is one like it. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: {
      params: ProfilePath,
      body: { required: true, content: { 'application/json': { schema: NewProfileName } } },
    },
    responses: {
      200: jsonResponse('The profile', NamedProfile),
      ...guardedResponses,
      404: problemResponse('No live profile has this id: `profile_not_found`'),
      409: problemResponse('The file of the profiles cannot be used: `model_refused`'),
      415: notJson,
    },
  });
  app.openapi(renameProfile, async (c) => {
    const { zh, en } = c.req.valid('json');
    const name = { ...(zh !== undefined && { zh }), ...(en !== undefined && { en }) };
    return c.json(await registry.rename(c.req.valid('param').id, name), 200);
  });
}
