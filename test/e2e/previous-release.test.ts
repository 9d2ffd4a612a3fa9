import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningStack, startLocal } from '#infra/local/local-stack.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';
import { resetClock, setClock } from '#test/fixtures/clock.ts';
import { type Items, itemsOf, loadPreviousRelease } from '#test/fixtures/load-previous-release.ts';
import {
  type Answer,
  type Item,
  type PreviousRelease,
  readAbout,
  readLines,
  type StoredObject,
  TABLES,
} from '#test/fixtures/previous-release.ts';
import { checkedFetch } from './checked-fetch.ts';
import { kindOf, type Visited, visitConsole } from './console-visitor.ts';

interface Run {
  runId: string;
  asOf: string;
  state: string;
  live?: boolean;
}
interface Report {
  asOf: string;
  members: number;
  daily: { from: string; actions: Record<string, number[]>; members: number[] };
}
interface LiveModels {
  publishedAt: string;
  asOf: string;
  models: { kind: string; version: string; status: string }[];
  history: { publishedAt: string; asOf: string }[];
}

const PATIENCE = { timeout: 90_000, interval: 200 };
const DAY_MS = 86_400_000;

let dataDir: string;
let running: RunningStack;
let dynamodb: DynamoDBClient;
let about: PreviousRelease;
let answers: Answer[];
let yesterday: string;
let today: string;
let loaded: Items;

async function start(): Promise<void> {
  running = await startLocal({ port: 0, dataDir, empty: true });
  const { dynamodb: endpoint } = running.stack;
  dynamodb = new DynamoDBClient({ endpoint, ...testCredentials });
}

async function call<T>(path: string, body?: object, key = running.stack.secretKey): Promise<T> {
  const response = await checkedFetch(new URL(path, running.stack.api), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${path}: ${text.slice(0, 500)}`).toBe(200);
  const isJson = response.headers.get('content-type')?.includes('json');
  return (isJson ? JSON.parse(text) : text) as T;
}

/** Waits for the night that a start begins by itself. */
const nightOf = (asOf: string): Promise<Run> =>
  vi.waitFor(async () => {
    const { runs } = await call<{ runs: Run[] }>('/v1/runs');
    const run = runs.find((one) => one.asOf === asOf);
    if (run === undefined || run.state === 'running') throw new Error(`still ${JSON.stringify(run)}`);
    return run;
  }, PATIENCE);

const answerTo = <T>(path: string): T => answers.find((one) => one.path === path)!.answered as T;

beforeAll(async () => {
  about = await readAbout();
  answers = await readLines<Answer>('answers');
  [yesterday, today] = about.nights.slice(-2) as [string, string];
  dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-upgrade-'));
  setClock(about.moment);
  await start();
  // A new stack has a night of its own, over nobody.
  await nightOf(today);
  const { s3: endpoint, tables, buckets } = running.stack;
  const s3 = new S3Client({ endpoint, forcePathStyle: true, ...testCredentials });
  loaded = await loadPreviousRelease({ dynamodb, s3, tables, buckets });
}, 240_000);

afterAll(async () => {
  await running?.stop();
  resetClock();
  await rm(dataDir, { recursive: true, force: true });
});

/** The words of a page. */
const shownOf = (html: string): string =>
  html
    .replace(/<script\b[\s\S]*?<\/script>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

/** What is wrong with pages: not found, failed, or with something on them that is no figure. */
const faultsOf = (visited: readonly Visited[]): string[] =>
  visited.flatMap(({ path, status, type, text }) => {
    const isRedirect = status === 303 && path === '/';
    if (status !== 200 && !isRedirect) return [`${path}: ${status} ${text.slice(0, 300)}`];
    const shown = type === 'text/html' ? shownOf(text) : text;
    const odd =
      /^text\/(html|csv)$/.test(type) &&
      /\bNaN\b|\bundefined\b|\bInfinity\b|\[object |Invalid Date/.exec(shown);
    return odd ? [`${path}: … ${shown.slice(Math.max(0, odd.index - 80), odd.index + 80)} …`] : [];
  });

/** Pages and files that there are today, each of which must be among those that were opened. */
const KINDS = [
  '/console?',
  '/console/done.csv?',
  '/console/arrived.json?',
  '/console/trends?',
  '/console/trends?by',
  '/console/trends?days',
  '/console/trends?compare&from&to',
  '/console/profiles?',
  '/console/members?',
  '/console/members?list',
  '/console/members?profile',
  '/console/members?q',
  '/console/members?stage',
  '/console/members/*?',
  '/console/members/*/days.csv?',
  '/console/members/all.csv?',
  '/console/members/list.csv?list',
  '/console/value?',
  '/console/feedback?',
  '/console/imports?',
  '/console/imports/*?',
  '/console/imports/*.json?',
  '/console/runs?',
  '/console/runs/*?',
  '/console/runs/*.json?',
  '/console/settings?',
];

async function openConsole(key: string, lang: 'zh' | 'en', thorough: boolean): Promise<Map<string, string>> {
  const [{ imports }, { runs }] = await Promise.all([
    call<{ imports: { importId: string }[] }>('/v1/imports'),
    call<{ runs: Run[] }>('/v1/runs'),
  ]);
  const seeds = [
    '/console/arrived.json',
    `/console/trends?from=${yesterday.slice(0, 8)}01&to=${yesterday}&compare=1`,
    '/console/members?q=demo-0001',
    ...imports.flatMap(({ importId }) => [
      `/console/imports/${importId}`,
      `/console/imports/${importId}.json`,
    ]),
    ...runs.flatMap(({ runId }) => [`/console/runs/${runId}`, `/console/runs/${runId}.json`]),
  ];
  const visited = await visitConsole(running.stack.api, key, lang, seeds, thorough);
  expect(faultsOf(visited)).toEqual([]);
  return new Map(visited.map(({ path, text }) => [path, text]));
}

/** What the routes' places stand for: for each route with places, all that there is. */
function idsOf(): Record<string, Record<string, string>[]> {
  const list = <T>(path: string, name: string) => answerTo<Record<string, T[]>>(path)[name]!;
  const userIds = ['demo-0001', 'demo-0002', 'paper-0001', ...answeredMembers()];
  const members = userIds.map((userId) => ({ userId }));
  const recounts = list<{ recountId: string }>('/v1/recounts', 'recounts').map(({ recountId }) => ({
    recountId,
  }));
  return {
    '/v1/members/{userId}': members,
    '/v1/members/{userId}/score': members,
    '/v1/members/{userId}/events': members,
    '/v1/profiles/{externalId}/traits': userIds.map((userId) => ({ externalId: `user_id:${userId}` })),
    '/v1/reports/{date}': [...about.nights, 'latest'].map((date) => ({ date })),
    '/v1/models/{kind}/{version}': answerTo<{ history: { models: Record<string, string> }[] }>(
      '/v1/models',
    ).history.flatMap(({ models }) => Object.entries(models).map(([kind, version]) => ({ kind, version }))),
    '/v1/runs/{runId}': list<{ runId: string }>('/v1/runs', 'runs').map(({ runId }) => ({ runId })),
    '/v1/recounts/{recountId}': recounts,
    '/v1/rebuilds/{recountId}': recounts,
    '/v1/imports/{importId}': list<{ importId: string }>('/v1/imports', 'imports').map(({ importId }) => ({
      importId,
    })),
    '/v1/sources/{name}/mapping': list<{ name: string }>('/v1/sources', 'sources').map(({ name }) => ({
      name,
    })),
    '/v1/projects/{writeKey}/settings': [{ writeKey: about.keys.write }],
    '/docs/{file}': [{ file: 'swagger-ui.css' }],
  };
}

const answeredMembers = (): string[] =>
  answers.flatMap(({ path }) => /^\/v1\/members\/([^/]+)$/.exec(path)?.[1] ?? []);

/** Numbers to nine digits: the same sum in another order may differ in the sixteenth. Words may get better. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'words')
      .map(([name, one]) => [name, comparable(one)]),
  );
}

/** The file of a model that was live at the end, as the release wrote it. */
async function liveFile<T>(kind: string): Promise<T> {
  const { version } = answerTo<LiveModels>('/v1/models').models.find((one) => one.kind === kind)!;
  const objects = await readLines<StoredObject>('data-bucket');
  const file = objects.find(({ key }) => key === `models/${kind}/${version}.json`)!;
  return JSON.parse(Buffer.from(file.body, 'base64').toString()) as T;
}

const placeOf = (item: Item): string => `${item['pk']?.S ?? item['userId']?.S} ${item['sk']?.S}`;

/** Every item of a table by its key, but for the tries to sign in, of which this test has made some. */
const byPlace = (items: readonly Item[]): Map<string, Item> =>
  new Map(items.filter(({ pk }) => pk?.S !== 'sign-in').map((item) => [placeOf(item), item]));

test.for([
  ['zh', 'owner'],
  ['en', 'owner'],
  ['zh', 'reader'],
  ['en', 'operator'],
] as const)(
  'every page of the console opens in %s for the %s, with the figures of that night',
  async ([lang, role]) => {
    const key = role === 'owner' ? running.stack.secretKey : about.keys[role];
    const pages = await openConsole(key, lang, role === 'owner');
    const kinds = new Set([...pages.keys()].map(kindOf));
    expect(KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);

    const report = answerTo<Report>(`/v1/reports/${today}`);
    expect(shownOf(pages.get('/console')!)).toContain(`÷ ${report.members}`);
    expect(shownOf(pages.get('/console/members')!)).toMatch(new RegExp(`\\b${report.members}\\b`));
    const names = answerTo<{ profileNames: Record<string, { zh: string; en: string }> }>(
      '/v1/models',
    ).profileNames;
    expect(pages.get('/console/profiles')).toContain(names['p1']![lang]);
    const actions = pages.get('/console/trends/actions.csv')!.trim().split(/\r?\n/);
    expect(actions.at(-1)).toContain(yesterday);
    const replies = actions[0]!.split(',').indexOf(lang === 'zh' ? '回复' : 'Replies');
    expect(Number(actions.at(-1)!.split(',')[replies])).toBe(report.daily.actions['reply']!.at(-1));
    const value = await liveFile<{ card: { r2: number } }>('value');
    expect(shownOf(pages.get('/console/value')!)).toContain(value.card.r2.toFixed(2));
  },
);

test('every route for reading answers, for everything that there is', async () => {
  const response = await fetch(new URL('/v1/openapi.json', running.stack.api));
  const { paths } = (await response.json()) as { paths: Record<string, { get?: unknown }> };
  const ids = idsOf();
  const asked: string[] = [];
  for (const [route, { get }] of Object.entries(paths)) {
    if (get === undefined) continue;
    const all = route.includes('{') ? ids[route] : [{}];
    expect(all, `${route}: this test does not know what its places stand for`).toBeDefined();
    expect(all!.length, `${route}: nothing is there`).toBeGreaterThan(0);
    for (const places of all!) {
      const path = route.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent((places as Record<string, string>)[name] ?? name),
      );
      await call(path);
      asked.push(path);
    }
  }
  for (const path of asked.filter((one) => /^\/v1\/models\/\w/.test(one))) await call(`${path}?file=true`);
  expect(asked.length).toBeGreaterThan(40);
  const [refused] = answerTo<{ imports: { importId: string; refused: number }[] }>(
    '/v1/imports',
  ).imports.filter((one) => one.refused > 0);
  const { rejectedUrl } = await call<{ rejectedUrl: string }>(`/v1/imports/${refused!.importId}`);
  expect(await (await fetch(rejectedUrl)).text()).toContain('not a time');
});

test('what the release answered is answered still: figures, models, scores and reasons', async () => {
  for (const { path, asked, answered } of answers)
    expect(comparable(await call(path, asked)), path).toMatchObject(comparable(answered) as object);
});

test('the figures are those of the log, and of the model’s file', async () => {
  const replies = new Set(['Answer Posted', 'Comment Created', 'Reply Created']);
  const [from, to] = [yesterday, today].map((date) => Date.parse(`${date}T00:00:00+08:00`)) as [
    number,
    number,
  ];
  const log = (await readLines<Item>('events')).filter(({ at, event }) => {
    const ms = Date.parse(at?.S ?? '');
    return replies.has(event?.S ?? '') && ms >= from && ms < to;
  });
  expect(log.length).toBeGreaterThan(0);
  const report = await call<Report>('/v1/reports/latest');
  expect(report.daily.actions['reply']!.at(-1)).toBe(log.length);
  const profiles = (await readLines<Item>('members')).filter(({ sk }) => sk?.S === 'profile');
  expect(profiles.length).toBeGreaterThan(200);

  const { models } = await call<LiveModels>('/v1/models');
  expect(models.map(({ status }) => status)).toEqual(models.map(() => 'fitted'));
  const { version } = models.find(({ kind }) => kind === 'lifecycle')!;
  const file = await liveFile<{ version: string; card: { auc: number } }>('lifecycle');
  expect(file.version).toBe(version);
  expect(await call(`/v1/models/lifecycle/${version}`)).toMatchObject({
    live: true,
    model: { card: { auc: file.card.auc } },
  });
});

test('keys that the release issued open what they did, and a revoked one nothing', async () => {
  await call('/v1/reports/latest', undefined, about.keys.reader);
  await call('/v1/runs', undefined, about.keys.operator);
  const revoked = await checkedFetch(new URL('/v1/reports/latest', running.stack.api), {
    headers: { authorization: `Bearer ${about.keys.revoked}` },
  });
  expect(revoked.status).toBe(401);
});

test('looking has changed nothing', async () => {
  for (const name of TABLES) {
    const now = await itemsOf(dynamodb, running.stack.tables[name]);
    expect(byPlace(now), name).toEqual(byPlace(loaded[name]));
  }
});

test('a night of today’s release goes over it: published, readable, with yesterday’s report beside it', async () => {
  const tomorrow = new Date(Date.parse(today) + DAY_MS).toISOString().slice(0, 10);
  await running.stop();
  setClock(`${tomorrow}T10:00:00+08:00`);
  await start();
  expect(await nightOf(tomorrow)).toMatchObject({ state: 'done', live: true });

  const report = await call<Report & { quality: { audit: object } }>('/v1/reports/latest');
  expect(report).toMatchObject({ asOf: tomorrow, quality: { audit: { differing: 0, unreadable: 0 } } });
  const before = answerTo<Report>(`/v1/reports/${today}`);
  expect(report.members).toBeGreaterThanOrEqual(before.members);
  for (const [action, counts] of Object.entries(before.daily.actions))
    expect(report.daily.actions[action]!.slice(0, counts.length), action).toEqual(counts);
  for (const date of about.nights.slice(-2))
    expect(comparable(await call(`/v1/reports/${date}`))).toMatchObject(
      comparable(answerTo(`/v1/reports/${date}`)) as object,
    );

  const pages = await openConsole(running.stack.secretKey, 'zh', false);
  expect(shownOf(pages.get('/console')!)).toContain(`÷ ${report.members}`);
  const models = await call<LiveModels>('/v1/models');
  expect(models.history.map(({ asOf }) => asOf)).toEqual([tomorrow, ...[...about.nights].reverse()]);
}, 240_000);

test('the release’s models can be put back over that night, and score as they did', async () => {
  const { publishedAt } = answerTo<LiveModels>('/v1/models');
  const versions = answerTo<LiveModels>('/v1/models').models.map(({ kind, version }) => ({ kind, version }));
  const back = await call<LiveModels>('/v1/models/rollback', { publishedAt });
  expect(back.models).toMatchObject(versions);
  const { path, asked, answered } = answers.find(({ path }) => path === `/v1/scores?asOf=${today}`)!;
  expect(comparable(await call(path, asked))).toMatchObject(comparable(answered) as object);
});

test('what comes now is counted on top of what the release has counted', async () => {
  const { counts } = await call<{ counts: { total: Record<string, number> } }>('/v1/members/demo-0001');
  const sent = await checkedFetch(new URL('/v1/track', running.stack.api), {
    method: 'POST',
    body: JSON.stringify({ writeKey: about.keys.write, userId: 'demo-0001', event: 'Post Created' }),
  });
  expect(sent.status).toBe(200);
  await vi.waitFor(async () => {
    const now = await call<{ counts: { total: Record<string, number> } }>('/v1/members/demo-0001');
    expect(now.counts.total).toEqual({ ...counts.total, post: counts.total['post']! + 1 });
  }, PATIENCE);
});
