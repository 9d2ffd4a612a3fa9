import { randomBytes } from 'node:crypto';
import { consoleApp } from '#lib/console/app.ts';
import { createConsoleAssets } from '#lib/console/data/assets.ts';
import type { ConsoleDeps, PublishedReader } from '#lib/console/data/deps.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import type { LocalizedText } from '#lib/features/catalogue.ts';
import { importService } from '#lib/imports/jobs/import-service.ts';
import type { ModelKind } from '#lib/models/model-files.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import type { ModelByKind } from '#lib/models/registry/models.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { Report } from '#lib/reports/report.ts';
import { fakeUploads, importRecord, memoryJobs, memorySources } from '#test/lib/http/memory-imports.ts';
import { memberView, memoryMembers } from '#test/lib/http/memory-members.ts';
import { memoryRecounts } from '#test/lib/rebuilds/memory-rebuilds.ts';
import { memoryRuns } from './memory-runs.ts';
import { memorySessions } from './memory-sessions.ts';
import { sampleModels } from './sample-models.ts';
import { sampleReport } from './sample-report.ts';
import { sampleScores } from './sample-scores.ts';

type Signed = 'reader' | 'operator' | 'owner';

interface FixtureOptions extends Partial<ConsoleDeps> {
  /** undefined: nothing was published yet */
  report?: Report | undefined;
  models0?: Partial<{ [K in ModelKind]: ModelByKind[K] }>;
  style?: string;
  script?: string;
}

/** What was published, in memory; a rename or a rollback changes it. */
export function memoryPublished(
  report: Report | undefined,
  models: Partial<{ [K in ModelKind]: ModelByKind[K] }>,
): PublishedReader & { registry: ConsoleDeps['models']; current: CurrentModels } {
  const versions = Object.fromEntries(Object.entries(models).map(([kind, { version }]) => [kind, version]));
  const publication = (days: number) => ({
    publishedAt: new Date(Date.parse('2026-11-21T19:04:11.000Z') - days * 86_400_000).toISOString(),
    by: 'run' as const,
    runId: `2026-11-${22 - days}-x7k3q9`,
    asOf: `2026-11-${22 - days}`,
    models: versions,
  });
  const current: CurrentModels = {
    format: 1,
    ...publication(0),
    report: report === undefined ? null : `reports/${report.asOf}.json`,
    profileNames: {},
    history: [0, 1, 2].map(publication),
  };
  return {
    current,
    live: async () => (report === undefined ? undefined : { current, report }),
    model: async (kind) => models[kind],
    registry: {
      async rename(id: string, name: Partial<LocalizedText>) {
        const clusters = models.profiles?.status === 'fitted' ? models.profiles.clusters : [];
        const ownName = clusters.find((one) => one.id === id)?.name;
        if (ownName === undefined)
          throw new ApiError(404, 'profile_not_found', 'No live profile has this id.');
        current.profileNames[id] = name;
        return { id, ownName, givenName: name, name: { ...ownName, ...name } };
      },
      async rollback({ publishedAt }) {
        const to = current.history.find((one) => one.publishedAt === publishedAt);
        if (to === undefined)
          throw new ApiError(404, 'publication_not_found', 'There was no publication at this time.');
        current.runId = to.runId;
        return current;
      },
    },
  };
}

/** A console over memory, with a key of every role; `ask` follows no redirects. */
export function consoleFixture(options: FixtureOptions = {}) {
  const {
    report = 'report' in options ? options.report : sampleReport(),
    models0 = sampleModels(),
    style = 'body{}',
    script = '',
    ...parts
  } = options;
  const clock = { now: Date.parse('2026-11-22T01:00:00.000Z') };
  const access = memorySessions(clock);
  const published = memoryPublished(report, models0);
  const runs = memoryRuns();
  const sources = memorySources(() => clock.now);
  const app = consoleApp({
    sessions: access.sessions,
    keys: access.keys,
    published,
    models: published.registry,
    scored: { all: async () => sampleScores() },
    runs,
    recounts: memoryRecounts(),
    countingNotice: async () => undefined,
    members: memoryMembers(
      memberView({
        userId: 'u_10037',
        traits: { name: '林晓雨', city: '杭州', email: 'lin@example.com', phone: '13800138000' },
      }),
      memberView({ userId: 'u_1' }),
    ),
    imports: importService({
      jobs: memoryJobs(
        importRecord(),
        importRecord({
          importId: 'imp_2',
          filename: '帖子.xml',
          source: 'stackexchange',
          state: 'running',
          bytesRead: 180,
        }),
      ),
      uploads: fakeUploads(),
      now: () => clock.now,
      randomBytes,
    }),
    sources,
    anyMember: async () => report !== undefined,
    settings: {
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      taxonomy: buildTaxonomy(),
      uploadOrigin: 'https://s3.test',
    },
    assets: createConsoleAssets(style, script),
    now: () => clock.now,
    log: () => {},
    ...parts,
  });

  /** Asks `METHOD /path`; @param cookie as `signIn` gives it; @param form its fields */
  async function ask(
    what: string,
    cookie = '',
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const [method = 'GET', path = '/'] = what.split(' ');
    return app.request(`http://127.0.0.1:3000${path}`, {
      method,
      headers: { host: '127.0.0.1:3000', 'accept-language': 'zh-CN', ...(cookie && { cookie }), ...headers },
      ...(form && { body: new URLSearchParams(form) }),
    });
  }

  async function signIn(as: Signed): Promise<string> {
    const answer = await ask('POST /console/sign-in', '', { key: access.keyOf(as) });
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }

  /** The token that the forms of this session's pages carry. */
  async function readToken(cookie: string): Promise<string> {
    const html = await (await ask('GET /console', cookie)).text();
    return /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
  }

  return { app, ask, signIn, readToken, access, clock, published, runs, sources };
}

/** Pages whose figures are those of the report. */
export const REPORT_PAGES = [
  '/console',
  '/console/trends',
  '/console/trends?days=365&by=month&compare=1',
  '/console/profiles',
  '/console/members',
  '/console/members?list=rising',
  '/console/value',
  '/console/feedback',
] as const;

/** What no page shows where its figures are whole. */
export const BROKEN = /undefined|NaN|\[object|Invalid Date|Infinity/;
