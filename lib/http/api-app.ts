import { OpenAPIHono } from '@hono/zod-openapi';
import type { KeyRing } from '#lib/access/key-ring.ts';
import { type ApiEnv, guard } from '#lib/http/auth.ts';
import { docsRoutes, type FindDocsAsset } from '#lib/http/docs-routes.ts';
import { homeRoutes } from '#lib/http/home-routes.ts';
import { importRoutes } from '#lib/http/import-routes.ts';
import { refuseInvalid } from '#lib/http/invalid-request.ts';
import { keyRoutes } from '#lib/http/key-routes.ts';
import { memberRoutes } from '#lib/http/member-routes.ts';
import { notFound, onError } from '#lib/http/problem.ts';
import { securityHeaders } from '#lib/http/security-headers.ts';
import { type SourceRouteParts, sourceRoutes } from '#lib/http/source-routes.ts';
import { describeTracking } from '#lib/http/tracking-doc.ts';
import type { ImportDesk } from '#lib/imports/import-desk.ts';
import type { MemberReader } from '#lib/members/view.ts';
import { type Log, log as stdout } from '#lib/platform/log.ts';

export interface ApiParts extends SourceRouteParts {
  keys: KeyRing;
  members: MemberReader;
  imports: ImportDesk;
  docsAsset: FindDocsAsset;
  log?: Log;
}

/** The API of a deployment: members, imports, keys, and the document that describes every route. */
export function apiApp(parts: ApiParts): OpenAPIHono<ApiEnv> {
  const { keys, members, imports, docsAsset, log = stdout } = parts;
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  const requires = guard(keys);
  app.use(securityHeaders);
  describeTracking(app.openAPIRegistry);
  memberRoutes(app, members, requires);
  importRoutes(app, imports, requires);
  sourceRoutes(app, parts, requires);
  keyRoutes(app, keys, requires);
  docsRoutes(app, docsAsset);
  homeRoutes(app);
  app.notFound(notFound);
  app.onError(onError(log));
  return app;
}
