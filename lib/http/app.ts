import { OpenAPIHono } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import type { KeyRing } from '#lib/auth/keys/key-ring.ts';
import type { ImportService } from '#lib/imports/jobs/import-service.ts';
import type { ModelRegistry } from '#lib/models/registry/model-registry.ts';
import type { Runs } from '#lib/pipeline/run/run-record.ts';
import { type Log, log as stdout } from '#lib/platform/log.ts';
import type { Rebuilds } from '#lib/rebuilds/rebuild-view.ts';
import type { Reports } from '#lib/reports/report-store.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';
import type { MemberReader } from '#lib/scoring/live/member-view.ts';
import { docsRoutes, type FindDocsAsset } from './docs/routes.ts';
import { importRoutes } from './imports/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { memberRoutes } from './members/routes.ts';
import { modelRoutes } from './models/routes.ts';
import { rebuildRoutes } from './rebuilds/routes.ts';
import { reportRoutes } from './reports/routes.ts';
import { runRoutes } from './runs/routes.ts';
import { scoreRoutes } from './scores/routes.ts';
import { type ApiEnv, roleGuard } from './shared/auth.ts';
import type { ReadCountingNotice } from './shared/counting.ts';
import { notFound, onError, rejectInvalid } from './shared/problem.ts';
import { type SourceRouteDeps, sourceRoutes } from './sources/routes.ts';
import { registerTracking } from './track/openapi.ts';
import { traitsRoutes } from './traits/routes.ts';

export interface ApiDeps extends SourceRouteDeps {
  keys: KeyRing;
  members: MemberReader;
  scores: MemberScores;
  imports: ImportService;
  reports: Reports;
  models: ModelRegistry;
  runs: Runs;
  recounts: Rebuilds;
  countingNotice: ReadCountingNotice;
  docsAsset: FindDocsAsset;
  log?: Log;
}

/** The API of a deployment: members, scores, reports, models, imports, keys, and the document of every route. */
export function createApi(parts: ApiDeps): OpenAPIHono<ApiEnv> {
  const { keys, members, scores, imports, reports, models, runs, recounts, countingNotice } = parts;
  const { docsAsset, log = stdout } = parts;
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: rejectInvalid });
  const requires = roleGuard(keys);
  app.use(answerHeaders);
  app.use(noStore);
  registerTracking(app.openAPIRegistry);
  memberRoutes(app, { members, recounts, countingNotice }, requires);
  scoreRoutes(app, { scores, countingNotice }, requires);
  traitsRoutes(app, scores, requires);
  reportRoutes(app, { reports, countingNotice }, requires);
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

/** Keeps answers out of frames and guesses about their type; a page of its own says for itself what it may load. */
const answerHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: 'DENY',
  // Whether all of a domain speaks nothing but TLS is for its owner to say.
  strictTransportSecurity: false,
  overwrite: false,
});

/** Keeps answers out of caches, but for what says otherwise itself. */
const noStore = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
});
