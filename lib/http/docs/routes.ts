import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { artefactComponents } from '#lib/http/shared/artefacts.ts';
import type { ApiEnv } from '#lib/http/shared/auth.ts';
import { gatewayResponses, jsonResponse, lazyContent, problemResponse } from '#lib/http/shared/responses.ts';
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
      200: jsonResponse('OpenAPI 3.1', () => z.object({ openapi: z.string() }).loose()),
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
      200: { description: 'A page', content: { 'text/html': lazyContent(() => z.string()) } },
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
        content: {
          'text/javascript': lazyContent(() => z.string()),
          'text/css': lazyContent(() => z.string()),
        },
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

type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const ABOUT = `zhiqun (知群) keeps the books of a paid-knowledge community: it records what members do, and answers
who they are, what they did and what they paid.

**Sending events.** Point any Segment SDK at this host, with a *write key*. Or post JSON yourself: see *tracking*.

**Asking.** Send a *secret key* as \`Authorization: Bearer sk_…\`. Its role says what it may do: \`reader\`,
\`operator\` or \`owner\`; each may also do what the ones before it may.

**Errors.** Tracking routes answer as Segment does. All others answer \`application/problem+json\` (RFC 9457):
rely on \`status\` and \`code\`; the texts are for people.

**Money** is an integer in minor units (fen). **Days** are calendar days in the business's time zone.`;

const TAGS = [
  { name: 'tracking', description: "Record what members do: Segment's HTTP API" },
  { name: 'tracking, other names', description: 'The same routes under the names that some SDKs use' },
  { name: 'members', description: 'What is known of one member' },
  {
    name: 'scores',
    description: 'Who a member is, how they are doing and what they are worth, with reasons',
  },
  { name: 'reports', description: 'How the community as a whole is doing' },
  { name: 'models', description: 'What was learned from all members, how good it is, and going back' },
  { name: 'runs', description: 'The nightly run that computes it all, on demand' },
  { name: 'rebuilds', description: 'Jobs that rebuild many or all members from the event log' },
  { name: 'recounts', description: 'The name that `/v1/rebuilds` had: the same jobs. Deprecated' },
  {
    name: 'imports',
    description: 'History from files: Moodle, orders, spreadsheets, whatever a mapping describes',
  },
  { name: 'sources', description: 'The mappings: which column of a file becomes what' },
  { name: 'keys', description: 'Who may do what' },
  { name: 'docs', description: 'This document' },
];

/** The OpenAPI 3.1 document of everything registered with the app. */
export function openApiDocument(app: OpenAPIHono<ApiEnv>): OpenApiDocument {
  const { openAPIRegistry } = app;
  if (!openAPIRegistry.definitions.some((one) => one.type === 'component' && one.name === 'secretKey')) {
    openAPIRegistry.registerComponent('securitySchemes', 'secretKey', {
      type: 'http',
      scheme: 'bearer',
      description: 'A secret key (`sk_…`) or the owner secret. Basic with the key as user name works too.',
    });
    openAPIRegistry.registerComponent('securitySchemes', 'writeKey', {
      type: 'http',
      scheme: 'basic',
      description:
        'A write key (`wk_…`) as user name, with an empty password; or send `writeKey` in the body.',
    });
    for (const [name, schema] of Object.entries(artefactComponents()))
      openAPIRegistry.registerComponent('schemas', name, schema);
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'zhiqun API', version: '1', description: ABOUT, license: { name: 'MIT' } },
    servers: [{ url: '/' }],
    tags: TAGS,
  });
}
