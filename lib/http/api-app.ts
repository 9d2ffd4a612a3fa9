import { OpenAPIHono } from '@hono/zod-openapi';
import type { KeyRing } from '#lib/access/key-ring.ts';
import { type ApiEnv, guard } from '#lib/http/auth.ts';
import { docsRoutes, type FindDocsAsset } from '#lib/http/docs-routes.ts';
import { importRoutes } from '#lib/http/import-routes.ts';
import { refuseInvalid } from '#lib/http/invalid-request.ts';
import { keyRoutes } from '#lib/http/key-routes.ts';
import { memberRoutes } from '#lib/http/member-routes.ts';
import { modelRoutes } from '#lib/http/model-routes.ts';
import { notFound, onError } from '#lib/http/problem.ts';
import { recountRoutes } from '#lib/http/recount-routes.ts';
import { reportRoutes } from '#lib/http/report-routes.ts';
import { runRoutes } from '#lib/http/run-routes.ts';
import { scoreRoutes } from '#lib/http/score-routes.ts';
import { securityHeaders } from '#lib/http/security-headers.ts';
import { type SourceRouteParts, sourceRoutes } from '#lib/http/source-routes.ts';
import { describeTracking } from '#lib/http/tracking-doc.ts';
import { traitsRoutes } from '#lib/http/traits-routes.ts';
import type { ImportDesk } from '#lib/imports/import-desk.ts';
import type { Scores } from '#lib/members/member-scores.ts';
import type { MemberReader } from '#lib/members/view.ts';
import type { ModelRegistry } from '#lib/models/model-registry.ts';
import type { Runs } from '#lib/nightly/run-view.ts';
import { type Log, log as stdout } from '#lib/platform/log.ts';
import type { Recounts } from '#lib/recounts/recount-view.ts';
import type { Reports } from '#lib/reports/report-reader.ts';

export interface ApiParts extends SourceRouteParts {
  keys: KeyRing;
  members: MemberReader;
  scores: Scores;
  imports: ImportDesk;
  reports: Reports;
  models: ModelRegistry;
  runs: Runs;
  recounts: Recounts;
  docsAsset: FindDocsAsset;
  log?: Log;
}

/** The API of a deployment: members, scores, reports, models, imports, keys, and the document of every route. */
export function apiApp(parts: ApiParts): OpenAPIHono<ApiEnv> {
  const { keys, members, scores, imports, reports, models, runs, recounts, docsAsset, log = stdout } = parts;
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  const requires = guard(keys);
  app.use(securityHeaders);
  describeTracking(app.openAPIRegistry);
  memberRoutes(app, { members, recounts }, requires);
  scoreRoutes(app, scores, requires);
  traitsRoutes(app, scores, requires);
  reportRoutes(app, reports, requires);
  modelRoutes(app, models, requires);
  runRoutes(app, runs, requires);
  recountRoutes(app, recounts, requires);
  importRoutes(app, imports, requires);
  sourceRoutes(app, parts, requires);
  keyRoutes(app, keys, requires);
  docsRoutes(app, docsAsset);
  app.notFound(notFound);
  app.onError(onError(log));
  return app;
}
