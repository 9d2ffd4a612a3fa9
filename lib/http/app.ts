import { OpenAPIHono } from '@hono/zod-openapi';
import type { KeyRing } from '#lib/auth/keys/key-ring.ts';
import { docsRoutes, type FindDocsAsset } from '#lib/http/docs/routes.ts';
import { importRoutes } from '#lib/http/imports/routes.ts';
import { keyRoutes } from '#lib/http/keys/routes.ts';
import { memberRoutes } from '#lib/http/members/routes.ts';
import { modelRoutes } from '#lib/http/models/routes.ts';
import { rebuildRoutes } from '#lib/http/rebuilds/routes.ts';
import { reportRoutes } from '#lib/http/reports/routes.ts';
import { runRoutes } from '#lib/http/runs/routes.ts';
import { scoreRoutes } from '#lib/http/scores/routes.ts';
import { securityHeaders } from '#lib/http/security-headers.ts';
import { type ApiEnv, roleGuard } from '#lib/http/shared/auth.ts';
import { rejectInvalid } from '#lib/http/shared/invalid-request.ts';
import { notFound, onError } from '#lib/http/shared/problem.ts';
import { type SourceRouteDeps, sourceRoutes } from '#lib/http/sources/routes.ts';
import { registerTracking } from '#lib/http/track/openapi.ts';
import { traitsRoutes } from '#lib/http/traits/routes.ts';
import type { ImportService } from '#lib/imports/jobs/import-service.ts';
import type { ModelRegistry } from '#lib/models/registry/model-registry.ts';
import type { Runs } from '#lib/pipeline/run/run-view.ts';
import { type Log, log as stdout } from '#lib/platform/log.ts';
import type { Rebuilds } from '#lib/rebuilds/rebuild-view.ts';
import type { Reports } from '#lib/reports/report-reader.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';
import type { MemberReader } from '#lib/scoring/live/view.ts';

export interface ApiDeps extends SourceRouteDeps {
  keys: KeyRing;
  members: MemberReader;
  scores: MemberScores;
  imports: ImportService;
  reports: Reports;
  models: ModelRegistry;
  runs: Runs;
  recounts: Rebuilds;
  docsAsset: FindDocsAsset;
  log?: Log;
}

/** The API of a deployment: members, scores, reports, models, imports, keys, and the document of every route. */
export function createApi(parts: ApiDeps): OpenAPIHono<ApiEnv> {
  const { keys, members, scores, imports, reports, models, runs, recounts, docsAsset, log = stdout } = parts;
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: rejectInvalid });
  const requires = roleGuard(keys);
  app.use(securityHeaders);
  registerTracking(app.openAPIRegistry);
  memberRoutes(app, { members, recounts }, requires);
  scoreRoutes(app, scores, requires);
  traitsRoutes(app, scores, requires);
  reportRoutes(app, reports, requires);
  modelRoutes(app, models, requires);
  runRoutes(app, runs, requires);
  rebuildRoutes(app, recounts, requires);
  importRoutes(app, imports, requires);
  sourceRoutes(app, parts, requires);
  keyRoutes(app, keys, requires);
  docsRoutes(app, docsAsset);
  app.notFound(notFound);
  app.onError(onError(log));
  return app;
}
