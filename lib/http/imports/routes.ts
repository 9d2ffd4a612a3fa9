import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  formatListCursor,
  Import,
  ImportList,
  ImportListQuery,
  ImportPath,
  NewImport,
  OneImport,
  parseListCursor,
  UploadedParts,
  UploadTicket,
} from '#lib/http/imports/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import type { ImportService } from '#lib/imports/jobs/import-service.ts';
import { ApiError } from '#lib/platform/errors.ts';

const tags = ['imports'];
const unknown = problemResponse('There is no such import: `import_not_found`');
const notJson = problemResponse('The body is not sent as JSON: `not_json`');

/** Adds the routes with which files are uploaded and their imports followed. */
export function importRoutes(app: OpenAPIHono<ApiEnv>, imports: ImportService, requires: RequireRole): void {
  const createImport = createRoute({
    method: 'post',
    path: '/v1/imports',
    operationId: 'createImport',
    tags,
    summary: 'Announce a file to import',
    description:
      'Answers where to upload the file; it is imported as soon as it is there. A file put into the imports bucket under `imports/{source}/` by other ways is imported too. Importing a file again, or a longer one that begins the same, adds only what is new. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: { body: { required: true, content: { 'application/json': { schema: NewImport } } } },
    responses: { 201: jsonResponse('Where to upload', UploadTicket), ...guardedResponses, 415: notJson },
  });
  app.openapi(createImport, async (c) => c.json(await imports.create(c.req.valid('json')), 201));

  const renewUpload = createRoute({
    method: 'post',
    path: '/v1/imports/{importId}/upload',
    operationId: 'renewUpload',
    tags,
    summary: 'Fresh addresses for an upload',
    description:
      'Addresses work for at most an hour, and no longer than the credentials that signed them. When S3 answers 403, or 400 with the code `ExpiredToken`, this answers fresh ones for the same upload, cut the same way: parts that are up already need not be sent again. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: { params: ImportPath },
    responses: {
      200: jsonResponse('Where to upload from now on', UploadTicket),
      ...guardedResponses,
      404: unknown,
      409: problemResponse(
        'There is nothing to upload, as the file has arrived: `upload_complete`, or its import has begun: `import_begun`; or the upload was given up, and the file must be announced again: `upload_gone`',
      ),
    },
  });
  app.openapi(renewUpload, async (c) =>
    c.json(requireImport(await imports.renew(c.req.valid('param').importId)), 200),
  );

  const completeImport = createRoute({
    method: 'post',
    path: '/v1/imports/{importId}/complete',
    operationId: 'completeImport',
    tags,
    summary: 'Say that all parts are uploaded',
    description:
      'Puts the parts of a large file together, with which its import begins. Not needed for a file that went up in one piece. Safe to repeat. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: {
      params: ImportPath,
      body: { required: true, content: { 'application/json': { schema: UploadedParts } } },
    },
    responses: {
      202: jsonResponse('The import', Import),
      ...guardedResponses,
      400: problemResponse(
        'The request is not as described here: `invalid_request`; or these are not the parts that were uploaded: `parts_invalid`',
      ),
      404: unknown,
      409: problemResponse('The upload was finished or given up before: `upload_gone`'),
      415: notJson,
    },
  });
  app.openapi(completeImport, async (c) => {
    const { parts } = c.req.valid('json');
    return c.json(requireImport(await imports.complete(c.req.valid('param').importId, parts)), 202);
  });

  const listImports = createRoute({
    method: 'get',
    path: '/v1/imports',
    operationId: 'listImports',
    tags,
    summary: 'All imports',
    description: 'All imports and how far they are, newest first. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { query: ImportListQuery },
    responses: { 200: jsonResponse('A page of imports', ImportList), ...guardedResponses },
  });
  app.openapi(listImports, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const after = cursor === undefined ? undefined : parseListCursor(cursor);
    const page = await imports.list({ limit, after });
    const { next } = page;
    return c.json({ imports: page.imports, ...(next && { cursor: formatListCursor(next) }) }, 200);
  });

  const getImport = createRoute({
    method: 'get',
    path: '/v1/imports/{importId}',
    operationId: 'getImport',
    tags,
    summary: 'One import',
    description:
      'How far this import is, what became of its rows, and the first that were refused. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: ImportPath },
    responses: { 200: jsonResponse('The import', OneImport), ...guardedResponses, 404: unknown },
  });
  app.openapi(getImport, async (c) =>
    c.json(requireImport(await imports.find(c.req.valid('param').importId)), 200),
  );
}

function requireImport<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  throw new ApiError(404, 'import_not_found', 'There is no import with this id. GET /v1/imports lists them.');
}
