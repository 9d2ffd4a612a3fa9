import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedReader } from '#lib/console/data/published-reader.ts';
import { scoredMembers } from '#lib/console/data/scored-members.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { publishRun } from '#lib/pipeline/publish.ts';
import { readSums, writePlan } from '#lib/pipeline/run-files.ts';
import { scorePartition } from '#lib/pipeline/score.ts';
import { takeSnapshot } from '#lib/pipeline/snapshot.ts';
import { trainModel } from '#lib/pipeline/train.ts';
import type { Report } from '#lib/reports/report.ts';
import { reportReader } from '#lib/reports/report-store.ts';
import { type Item, readLines, type StoredObject } from '#test/fixtures/previous-release.ts';
import { BROKEN, consoleFixture, REPORT_PAGES } from '#test/lib/console/console-fixture.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { pipelineWorld } from './pipeline-world.ts';

/** The action that is new today: the files of the previous release are here as if it had not known it. */
const ADDED: Action = 'learn';
const [YESTERDAY, TODAY] = ['2026-03-08', '2026-03-09'];
const PARTS = 2;

let world: Awaited<ReturnType<typeof pipelineWorld>>;

beforeAll(async () => {
  world = await pipelineWorld();
  for (const { key, body } of await readLines<StoredObject>('data-bucket'))
    await world.store.put(key, withoutAction(key, Buffer.from(body, 'base64')));
});
afterAll(() => world.stop());

/** An object of the release as it would be if there had been no such action. */
function withoutAction(key: string, body: Uint8Array): Uint8Array | string {
  if (!/^reports\/|\/sums\//.test(key)) return body;
  const file = JSON.parse(Buffer.from(body).toString());
  const { actions } = file.daily ?? file;
  expect(actions).toHaveProperty(ADDED);
  delete actions[ADDED];
  return JSON.stringify(file);
}

const stored = async (date: string) => JSON.parse((await world.text(`reports/${date}.json`))!) as Report;
const zeros = (report: Report): number[] => report.daily.dau.map(() => 0);

test('the API answers yesterday’s report with zeros for it, and everything else as it was', async () => {
  const written = await stored(YESTERDAY);
  expect(written.daily.actions).not.toHaveProperty(ADDED);
  const { ask } = apiFixture({ reports: reportReader(world.store, Date.now) });
  for (const date of ['latest', YESTERDAY]) {
    const answer = await ask(`GET /v1/reports/${date}`, 'reader');
    expect(answer.status).toBe(200);
    const { daily, ...rest } = (await answer.json()) as Report;
    expect(daily.actions).toEqual({ ...written.daily.actions, [ADDED]: zeros(written) });
    expect({ ...rest, daily: { ...daily, actions: written.daily.actions } }).toEqual(written);
  }
});

test.each(['zh-CN', 'en'])('every page with figures of the report opens on it, in %s', async (language) => {
  const published = publishedReader(world.store, () => {});
  const { ask, signIn } = consoleFixture({ published, scored: scoredMembers(world.store) });
  const cookie = await signIn('owner');
  const open = async (path: string) => {
    const answer = await ask(`GET ${path}`, cookie, undefined, { 'accept-language': language });
    const text = await answer.text();
    expect(answer.status, path).toBe(200);
    expect(text.replace(/<pre[\s\S]*?<\/pre>/g, ''), path).not.toMatch(BROKEN);
    return text;
  };
  for (const path of REPORT_PAGES) await open(path);
  const [header = '', ...rows] = (await open('/console/trends/actions.csv')).trim().split(/\r?\n/);
  const column = header.split(',').indexOf(language === 'en' ? 'Lessons done' : '学习');
  expect(column).toBeGreaterThan(0);
  expect(rows.length).toBeGreaterThan(5);
  expect(new Set(rows.map((row) => row.split(',')[column]))).toEqual(new Set(['0']));
});

test('a night that was under way when the release came is finished by it, with zeros for it', async () => {
  const { runId } = await stored(YESTERDAY);
  const sums = await readSums(world.store, runId, PARTS);
  expect(sums.actions[ADDED]).toEqual(sums.days.dau.map(() => 0));
  await world.records.create({ runId, asOf: YESTERDAY, startedBy: 'schedule' });
  await world.records.acquireLease(runId);
  await publishRun(world.sources(), { runId, asOf: YESTERDAY });
  const report = await stored(YESTERDAY);
  expect(report.daily.actions[ADDED]).toEqual(zeros(report));
  expect(report.daily.actions.reply.some((count) => count > 0)).toBe(true);
});

test('the next night counts it, beside yesterday’s report and with profiles that go by their names', async () => {
  const before = await stored(YESTERDAY);
  const members = Map.groupBy(await readLines<Item>('members'), (item) => item['userId']!.S!);
  const task = { runId: 'tomorrow', asOf: TODAY };
  await world.records.create({ ...task, startedBy: 'schedule' });
  await world.records.acquireLease(task.runId);
  await writePlan(world.store, task.runId, { asOf: TODAY, parts: PARTS });
  for (let part = 0; part < PARTS; part += 1)
    await takeSnapshot(
      {
        store: world.store,
        async *members() {
          for (const [i, [userId, items]] of [...members].entries())
            if (i % PARTS === part && !userId.startsWith('anon:'))
              yield { userId, items: items.sort((a, b) => (a['sk']!.S! < b['sk']!.S! ? -1 : 1)) };
        },
        texts: async () => [],
      },
      { ...task, part, of: PARTS },
    );
  const thresholds = { newDays: 14, silentDays: 14, churnedDays: 45 };
  for (const kind of MODEL_KINDS)
    await trainModel(world.store, { ...task, kind }, { currency: 'CNY', thresholds });
  for (let part = 0; part < PARTS; part += 1) await scorePartition(world.store, { ...task, part });
  expect(await publishRun(world.sources(), task)).toEqual({ live: true });

  const report = await stored(TODAY);
  expect(Object.keys(report.daily.actions)).toEqual([...ACTIONS]);
  expect(report.daily.actions[ADDED].some((count) => count > 0)).toBe(true);
  expect(report.quality.restated.against).toBe(YESTERDAY);
  expect(report.profiles.map(({ id }) => id)).toEqual(before.profiles.map(({ id }) => id));
});
