import { randomBytes } from 'node:crypto';
import type { Role } from '#lib/auth/keys/access-key.ts';
import { keyCache } from '#lib/auth/keys/key-cache.ts';
import { keyRing } from '#lib/auth/keys/key-ring.ts';
import { type ApiDeps, createApi } from '#lib/http/app.ts';
import { openApiDocument } from '#lib/http/docs/routes.ts';
import { importService } from '#lib/imports/jobs/import-service.ts';
import type { Report } from '#lib/reports/report.ts';
import type { Reports } from '#lib/reports/report-store.ts';
import { issuedKey, memoryKeys } from '#test/lib/auth/memory-keys.ts';
import { memoryRuns } from '#test/lib/console/memory-runs.ts';
import { sampleReport } from '#test/lib/console/sample-report.ts';
import { memoryModels } from '#test/lib/models/memory-models.ts';
import { memoryRecounts } from '#test/lib/rebuilds/memory-rebuilds.ts';
import { conforming } from './conformance.ts';
import { fakeUploads, importRecord, memoryJobs, memorySources } from './memory-imports.ts';
import { memberView, memoryMembers, memoryScores } from './memory-members.ts';

export const OWNER_SECRET = 'the-owner-secret-of-these-tests-only';

const MEMBERS = [memberView(), memberView({ userId: '林/晓雨 50%?#' }), memberView({ userId: 'anon:a-1' })];

/** An API with a key of every role, a few members and one import; `ask` checks every answer against the document. */
export function apiFixture(parts: Partial<ApiDeps> = {}) {
  const issued = {
    write: issuedKey('write'),
    reader: issuedKey('reader'),
    operator: issuedKey('operator'),
    owner: issuedKey('owner'),
  };
  const store = memoryKeys(...Object.values(issued).map(({ item }) => item));
  const clock = { now: Date.parse('2026-03-08T00:00:00.000Z') };
  const logged: unknown[] = [];
  const keys = keyRing({
    store,
    cache: keyCache(store.find, () => clock.now),
    isOwnerSecret: async (presented) => presented === OWNER_SECRET,
    now: () => clock.now,
    randomBytes,
  });
  const app = createApi({
    keys,
    members: memoryMembers(...MEMBERS),
    scores: memoryScores(...MEMBERS),
    reports: memoryReports(sampleReport()),
    models: memoryModels(() => clock.now),
    runs: memoryRuns(),
    recounts: memoryRecounts(),
    countingNotice: async () => undefined,
    imports: importService({
      jobs: memoryJobs(importRecord()),
      uploads: fakeUploads(),
      now: () => clock.now,
      randomBytes,
    }),
    sources: memorySources(() => clock.now),
    timeZone: 'Asia/Shanghai',
    now: () => clock.now,
    docsAsset: (file) =>
      file === 'swagger-ui.css' ? { body: '*{}', type: 'text/css; charset=utf-8' } : undefined,
    log: (...line) => logged.push(line),
    ...parts,
  });
  const document = openApiDocument(app);
  const answer = conforming(document, (request) => app.request(request));
  const findKey = (role: Role) => issued[role].key;

  /** Asks `METHOD /path` as a role (or with a key, or as nobody). */
  function ask(what: string, as?: Role | { key: string }, body?: unknown): Promise<Response> {
    const [method = 'GET', path = '/'] = what.split(' ');
    const key = typeof as === 'string' ? findKey(as) : as?.key;
    return answer(
      new Request(`http://localhost${path}`, {
        method,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  }
  return { app, ask, answer, document, issued, findKey, store, clock, logged };
}

/** Reports in memory, the newest last. */
const memoryReports = (...reports: Report[]): Reports => ({
  report: async (date) => (date === 'latest' ? reports.at(-1) : reports.find(({ asOf }) => asOf === date)),
});
