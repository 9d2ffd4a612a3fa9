import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { openApiDocument } from '#lib/http/docs/openapi-document.ts';
import type { ApiEnv } from '#lib/http/shared/auth.ts';
import { gatewayResponses, problemResponse } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';

/** Finds a file of the docs page by its name. */
export type FindDocsAsset = (file: string) => { body: string; type: string } | undefined;

const tags = ['docs'];
const START = 'start.js';
// Swagger UI sets styles of its own; scripts come from here only.
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>zhiqun API · 知群接口</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <noscript>This page needs JavaScript; <a href="/v1/openapi.json">the same as JSON</a> does not.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/${START}"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;

/** Adds the OpenAPI document and the page that shows it. They are public. */
export function docsRoutes(app: OpenAPIHono<ApiEnv>, docsAsset: FindDocsAsset): void {
  let document: string | undefined;
  const getDocument = createRoute({
    method: 'get',
    path: '/v1/openapi.json',
    operationId: 'getOpenApi',
    tags,
    summary: 'This document',
    description: 'What you are reading, as OpenAPI 3.1. Public.',
    security: [],
    responses: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': { schema: z.object({ openapi: z.string() }).loose() } },
      },
      ...gatewayResponses,
    },
  });
  app.openapi(getDocument, (c) => {
    document ??= JSON.stringify(openApiDocument(app));
    return c.body(document, 200, { 'Content-Type': 'application/json' }) as never;
  });

  const getPage = createRoute({
    method: 'get',
    path: '/docs',
    operationId: 'getDocs',
    tags,
    summary: 'This document as a page',
    description: 'Swagger UI: read and try every route. Public.',
    security: [],
    responses: {
      200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
      ...gatewayResponses,
    },
  });
  app.openapi(getPage, (c) => c.html(page, 200, { 'Content-Security-Policy': CSP }));

  const getFile = createRoute({
    method: 'get',
    path: '/docs/{file}',
    operationId: 'getDocsFile',
    tags,
    summary: 'A file of that page',
    description: 'Scripts and styles of the page at `/docs`. Public.',
    security: [],
    request: {
      params: z.object({
        file: z.string().openapi({ param: { name: 'file', in: 'path' }, example: 'swagger-ui.css' }),
      }),
    },
    responses: {
      200: {
        description: 'The file',
        content: { 'text/javascript': { schema: z.string() }, 'text/css': { schema: z.string() } },
      },
      404: problemResponse('There is no such file: `file_not_found`'),
      ...gatewayResponses,
    },
  });
  app.openapi(getFile, (c) => {
    const { file } = c.req.valid('param');
    const asset = file === START ? { body: start, type: 'text/javascript; charset=utf-8' } : docsAsset(file);
    if (asset === undefined) throw new ApiError(404, 'file_not_found', 'The docs page has no such file.');
    return c.body(asset.body, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=3600',
    }) as never;
  });
}
