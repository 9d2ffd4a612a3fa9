import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAnonymous } from '#lib/events/ids.ts';
import { FEATURES } from '#lib/features/catalogue.ts';
import type { MemberDays } from '#lib/features/features.ts';
import { MODEL_KINDS, STAGES } from '#lib/models/model-files.ts';
import type { ScoreRow } from '#lib/pipeline/parquet/schemas.ts';
import { readFittedModels, readScored } from '#lib/pipeline/run-files.ts';

import { scorePartition } from '#lib/pipeline/score.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import type { ScoredSums } from '#lib/reports/scored-sums.ts';
import { liveModels } from '#lib/scoring/live/live-models.ts';
import { buildScoreView } from '#lib/scoring/live/score-view.ts';
import { startBucket } from '#test/engines/s3.ts';
import { demoDays } from '#test/infra/local/demo/demo-days.ts';
import { buildCurrentModels } from '#test/lib/models/published-models.ts';
import { trainedRun } from './trained-run.ts';

const PARTS = 3;
const RUN = 'run-1';

let engine: Awaited<ReturnType<typeof startBucket>>;
let store: ObjectStore;
let asOf: string;
let days: Map<string, MemberDays>;
let rows: ScoreRow[];
let scored: ScoredSums;

beforeAll(async () => {
  engine = await startBucket();
  store = presignedObjects({ ...engine.env, DATA_BUCKET: engine.bucket }, Date.now);
  const demo = demoDays({ now: new Date('2026-11-22T04:00:00Z') });
  asOf = demo.asOf;
  days = new Map([...demo.days].filter(([userId]) => !isAnonymous(userId)));
  await trainedRun(store, { runId: RUN, asOf, parts: PARTS }, days);
  rows = await readRows<ScoreRow>('scores');
  scored = await readScored(store, RUN, PARTS);
});
afterAll(async () => engine.stop());

const read = async (key: string) => (await store.get(key))?.body ?? new Uint8Array();

/** All rows of a run, by another reader than the writer's. */
async function readRows<Row>(what: 'scores' | 'features'): Promise<Row[]> {
  const all: Row[] = [];
  for (let part = 0; part < PARTS; part += 1) {
    const parquet = readParquet(await read(`runs/${RUN}/${what}/part-${part}.parquet`));
    for (const row of tableFromIPC(parquet.intoIPCStream())) all.push(row.toJSON() as Row);
  }
  return all;
}

test('online, as of midnight, every member has the score of that night', async () => {
  const models = await readFittedModels(store, RUN);
  for (const kind of MODEL_KINDS) expect([kind, models[kind]?.status]).toEqual([kind, 'fitted']);
  await store.put('models/current.json', JSON.stringify(buildCurrentModels(models)));
  const live = await liveModels({ store, now: Date.now, log: () => {} })();
  expect(rows.length).toBeGreaterThan(700);
  for (const row of rows) {
    const known = days.get(row.userId)!.filter(({ date }) => date < asOf);
    const score = buildScoreView(row.userId, known, asOf, live);
    expect(row).toEqual({
      userId: row.userId,
      name: `名字 ${row.userId}`,
      traits: JSON.stringify({ name: `名字 ${row.userId}` }),
      activity: near(score.activity.value),
      interactions30: score.activity.count,
      activityPercentile: near(score.activity.percentile),
      retention: near(score.retention),
      stage: score.stage,
      churnRisk: near(score.churnRisk),
      profileId: score.profile?.id ?? null,
      profileDistance: near(score.profile?.distance),
      profileMargin: near(score.profile?.margin),
      valueMinor: expect.any(Number),
      valueLowMinor: expect.any(Number),
      valueHighMinor: expect.any(Number),
      influence: near(score.influence?.pageRank),
      influencePercentile: near(score.influence?.percentile),
      asOf,
    });
    const { base = 0, contributions = [], ...value } = score.value ?? {};
    const exact = contributions.reduce((sum, { amountMinor }) => sum + amountMinor, base);
    expect(Math.abs(row.valueMinor! - Math.max(0, exact))).toBeLessThan(1e-9 * Math.max(1, Math.abs(exact)));
    expect(value).toMatchObject({
      amountMinor: Math.round(row.valueMinor!),
      low: Math.round(row.valueLowMinor!),
      high: Math.round(row.valueHighMinor!),
    });
  }
});

const near = (value: number | null | undefined) =>
  value === null || value === undefined ? null : expect.closeTo(value, 9);

test('the features of a part are all there, activity too, in the order of the scores', async () => {
  const features = await readRows<Record<string, unknown>>('features');
  expect(features.map(({ userId }) => userId)).toEqual(rows.map(({ userId }) => userId));
  for (const [i, row] of features.entries()) {
    expect(Object.keys(row)).toEqual(['userId', ...FEATURES]);
    expect(row['activity']).toBe(rows[i]!.activity);
  }
});

test('every member is in one stage and one profile, and examples are those nearest to the centre', () => {
  const count =
    <T>(pick: (row: ScoreRow) => T) =>
    (value: T) =>
      rows.filter((row) => pick(row) === value).length;
  for (const stage of STAGES) expect(scored.stages[stage]).toBe(count((row) => row.stage)(stage));
  for (const [id, { size, examples }] of Object.entries(scored.profiles)) {
    expect(size).toBe(count((row) => row.profileId)(id));
    const nearest = rows
      .filter((row) => row.profileId === id)
      .sort((a, b) => a.profileDistance! - b.profileDistance! || (a.userId < b.userId ? -1 : 1));
    expect(examples.map(({ userId }) => userId)).toEqual(nearest.slice(0, 5).map(({ userId }) => userId));
    expect(examples[0]).toMatchObject({
      name: `名字 ${nearest[0]!.userId}`,
      why: { distance: expect.any(Number) },
    });
  }
  expect(Object.values(scored.profiles).reduce((sum, { size }) => sum + size, 0)).toBe(rows.length);
});

describe('the lists', () => {
  test('at risk and valuable: by risk × value', () => {
    const risk = (row: ScoreRow) => (row.churnRisk ?? 0) * (row.valueMinor ?? 0);
    const wanted = rows.filter((row) => risk(row) > 0).sort((a, b) => risk(b) - risk(a));
    expect(scored.lists.atRiskAndValuable.slice(0, 20).map(({ userId }) => userId)).toEqual(
      wanted.slice(0, 20).map(({ userId }) => userId),
    );
    const [first] = scored.lists.atRiskAndValuable;
    expect(first?.why).toEqual({
      churnRisk: wanted[0]!.churnRisk,
      valueMinor: wanted[0]!.valueMinor,
      recencyDays: expect.any(Number),
    });
  });

  test('each says by which figures a member is on it', () => {
    expect(scored.lists.rising.length).toBeGreaterThan(0);
    for (const { why } of scored.lists.rising)
      expect(why['interactions30']).toBeGreaterThan(why['before30']!);
    for (const { why } of scored.lists.newAndStuck) {
      expect(why['tenureDays']).toBeLessThanOrEqual(14);
      expect(why['learns30']).toBe(0);
    }
    const helps = scored.lists.topHelpers.map(({ why }) => why['helps7']);
    expect(helps).toEqual(helps.toSorted((a, b) => b! - a!));
    expect(helps[0]).toBeGreaterThan(0);
  });
});

test('done again it writes the same bytes', async () => {
  const keys = [`scores/part-0.parquet`, `features/part-0.parquet`, `scored/part-0.json`];
  const before = await Promise.all(keys.map((key) => read(`runs/${RUN}/${key}`)));
  expect(await scorePartition(store, { runId: RUN, asOf, part: 0 })).toBeGreaterThan(200);
  const after = await Promise.all(keys.map((key) => read(`runs/${RUN}/${key}`)));
  for (const [i, body] of after.entries()) expect(Buffer.from(body).equals(before[i]!)).toBe(true);
});

test('what an earlier step did not write is named', async () => {
  await expect(scorePartition(store, { runId: 'run-2', asOf, part: 0 })).rejects.toThrow(
    'runs/run-2/fits/community.json is missing',
  );
  await expect(scorePartition(store, { runId: RUN, asOf, part: 9 })).rejects.toThrow(
    'snapshot/part-9.parquet is missing',
  );
});

test('a young community is scored without models, by rules', async () => {
  const first = [...days].filter(([, own]) => own.length > 1).slice(0, 30);
  await trainedRun(store, { runId: 'young', asOf, parts: 1 }, new Map(first));
  const parquet = readParquet(await read('runs/young/scores/part-0.parquet'));
  for (const row of tableFromIPC(parquet.intoIPCStream())) {
    expect(row.toJSON()).toMatchObject({ stage: expect.any(String), churnRisk: null, valueMinor: null });
  }
  const { lists, stages } = await readScored(store, 'young', 1);
  expect(Object.values(stages).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(20);
  for (const { why, stage } of lists.atRiskAndValuable) {
    expect(stage).toBe('silent');
    expect(why).toEqual({ payment90: expect.any(Number), recencyDays: expect.any(Number) });
  }
});
