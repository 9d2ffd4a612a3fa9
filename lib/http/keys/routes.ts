import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { KeyRing } from '#lib/auth/keys/key-ring.ts';
import { IssuedKey, KeyList, KeyPath, NewKey } from '#lib/http/keys/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';

const tags = ['keys'];

/** Adds the routes with which owners manage keys. */
export function keyRoutes(app: OpenAPIHono<ApiEnv>, keys: KeyRing, requires: RequireRole): void {
  const createKey = createRoute({
    method: 'post',
    path: '/v1/keys',
    operationId: 'createKey',
    tags,
    summary: 'Make a key',
    description:
      'Makes a write key for an app, or a secret key for a server or a colleague. The key is in this answer and nowhere else: only its hash is stored. Needs a key with the role `owner`.',
    security: securityFor('owner'),
    middleware: requires('owner'),
    request: { body: { required: true, content: { 'application/json': { schema: NewKey } } } },
    responses: {
      201: jsonResponse('The key; keep it now', IssuedKey),
      ...guardedResponses,
      415: problemResponse('The body is not sent as JSON: `not_json`'),
    },
  });
  app.openapi(createKey, async (c) => {
    const { id, key, name, role, createdAt } = await keys.issue(c.req.valid('json'), c.get('caller'));
    return c.json({ id, key, name, role, createdAt }, 201);
  });

  const listKeys = createRoute({
    method: 'get',
    path: '/v1/keys',
    operationId: 'listKeys',
    tags,
    summary: 'All keys',
    description:
      'All keys, revoked ones too, oldest first; never the keys themselves. Needs a key with the role `owner`.',
    security: securityFor('owner'),
    middleware: requires('owner'),
    responses: { 200: jsonResponse('The keys', KeyList), ...guardedResponses },
  });
  app.openapi(listKeys, async (c) => c.json({ keys: await keys.list() }, 200));

  const revokeKey = createRoute({
    method: 'delete',
    path: '/v1/keys/{id}',
    operationId: 'revokeKey',
    tags,
    summary: 'Revoke a key',
    description:
      'The key stops working within 60 seconds, for ever. Safe to repeat. Needs a key with the role `owner`.',
    security: securityFor('owner'),
    middleware: requires('owner'),
    request: { params: KeyPath },
    responses: {
      204: { description: 'Revoked' },
      ...guardedResponses,
      404: problemResponse('There is no such key: `key_not_found`'),
    },
  });
  app.openapi(revokeKey, async (c) => {
    if (!(await keys.revoke(c.req.valid('param').id))) {
      throw new ApiError(404, 'key_not_found', 'There is no key with this id. GET /v1/keys lists them.');
    }
    return c.body(null, 204);
  });
}
