import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '#lib/http/shared/auth.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

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
  { name: 'recounts', description: 'Counting members anew from the event log' },
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
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'zhiqun API', version: '1', description: ABOUT, license: { name: 'MIT' } },
    servers: [{ url: '/' }],
    tags: TAGS,
  });
}
