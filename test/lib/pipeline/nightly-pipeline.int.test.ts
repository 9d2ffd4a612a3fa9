import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { type LiveModel, modelRegistry } from '#lib/models/registry/model-registry.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { feedbackTexts } from '#lib/pipeline/feedback-table.ts';
import { scanMembers, tableBytes } from '#lib/pipeline/members-table.ts';
import { planRun } from '#lib/pipeline/plan.ts';
import { publishRun } from '#lib/pipeline/publish.ts';
import { runStep } from '#lib/pipeline/run/run-step.ts';
import { scorePartition } from '#lib/pipeline/score.ts';
import { takeSnapshot } from '#lib/pipeline/snapshot.ts';
import { trainingConfigFromEnv, trainModel } from '#lib/pipeline/train.ts';

import type { ManagedObjectStore } from '#lib/platform/s3.ts';
import type { Report } from '#lib/reports/report.ts';
import { reportReader } from '#lib/reports/report-store.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { amountsItem } from '#test/lib/members/plain-fold.ts';
import { dyingStore, pipelineWorld } from './pipeline-world.ts';

const TODAY = '2026-11-22';
const RULES = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), 'CNY');
let world: Awaited<ReturnType<typeof pipelineWorld>>;

/** The same on every machine: a number from 0 to 1 for two others. */
const noise = (i: number, k: number): number => {
  const x = Math.sin(i * 12.9898 + k * 78.233) * 43_758.5453;
  return x - Math.floor(x);
};

/** 360 members of 120 days: askers, buyers, and those who stop coming half-way. */
function* community(): Generator<Item> {
  for (let i = 0; i < 360; i += 1) {
    const userId = `u_${i}`;
    const isBuyer = i % 3 === 1;
    const last = i % 3 === 2 && noise(i, 1) < 0.7 ? 45 : 1;
    for (let ago = 120; ago >= last; ago -= 1) {
      if (noise(i, ago) > 0.16) continue;
      const amounts = isBuyer
        ? { learn: 3, view: 5, ...(ago % 2 === 0 && { order: 1, paidMinor: 9_900 + 100 * (i % 7) }) }
        : { post: 1, reply: 4 + (i % 4), like: 2, view: 2 };
      yield amountsItem(userId, `day#${addDays(TODAY, -ago)}`, amounts);
    }
    for (let k = 1; k <= 3; k += 1)
      yield amountsItem(userId, `tie#2026-11#u_${(i * 7 + k * 31) % 360}`, { reply: k });
  }
}

beforeAll(async () => {
  world = await pipelineWorld();
  const items = [...community()];
  for (let at = 0; at < items.length; at += 25) {
    const puts = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    await world.client.send(new BatchWriteItemCommand({ RequestItems: { [world.tables.members]: puts } }));
  }
});
afterAll(() => world.stop());

const config = trainingConfigFromEnv({ ZHIQUN_PROFILES: '3' });

/** All steps of a run as the state machine does them. @param twice does every one of them again, as a retry would */
async function night(
  runId: string,
  asOf: string,
  { store = world.store as ManagedObjectStore, twice = false } = {},
) {
  const { records, find } = world;
  const times = twice ? 2 : 1;
  const repeated = async <T>(work: () => Promise<T>): Promise<T> => {
    let result = await work();
    for (let i = 1; i < times; i += 1) result = await work();
    return result;
  };
  const membersBytes = () => tableBytes(world.client, world.tables.members);
  const { parts } = await repeated(() =>
    planRun(
      { store, records, find, membersBytes, isRebuilding: async () => false, today: () => addDays(TODAY, 1) },
      { runId, asOf },
    ),
  );
  const sources = {
    store,
    members: scanMembers(world.client, world.tables.members),
    texts: feedbackTexts(world.client, world.tables.events, RULES),
  };
  for (const part of parts)
    await repeated(() => runStep(records, { ...part, step: 'snapshot' }, () => takeSnapshot(sources, part)));
  await Promise.all(
    MODEL_KINDS.map((kind) =>
      repeated(() =>
        runStep(records, { runId, step: `fit-${kind}` }, () =>
          trainModel(store, { runId, asOf, kind }, config),
        ),
      ),
    ),
  );
  for (const part of parts)
    await repeated(() => runStep(records, { ...part, step: 'score' }, () => scorePartition(store, part)));
  return repeated(() => publishRun(world.sources({ store }), { runId, asOf }));
}
const model = async <K extends ModelKind>(kind: K) => {
  const version = (await world.live())?.models[kind] ?? '';
  return (await readModel(world.store, kind, version)) as FittedModel<K>;
};

test('a night computes and publishes everything, and doing each step twice gives the same to the byte', async () => {
  expect(await night('run-1', TODAY)).toEqual({ live: true });
  const once = await world.published();
  const models = (await world.live())?.models;
  expect((await world.find('run-1'))?.state).toBe('done');

  const report = JSON.parse(once[`reports/${TODAY}.json`] ?? '') as Report;
  expect(report.members).toBe(360);
  expect(report.profiles.reduce((sum, { size }) => sum + size, 0)).toBe(360);
  expect(await model('profiles')).toMatchObject({ status: 'fitted', members: 360, card: { k: 3 } });
  expect(await model('value')).toMatchObject({ status: 'fitted', currency: 'CNY' });
  expect(await model('influence')).toMatchObject({ status: 'fitted' });
  expect(Object.keys(once).filter((key) => key.startsWith('scores/'))).toHaveLength(2);

  expect(await night('run-2', TODAY, { twice: true })).toEqual({ live: true });
  const again = await world.published();
  expect((await world.live())?.models).toEqual(models);
  for (const key of Object.keys(once).filter((key) => key.endsWith('.parquet')))
    expect(again[key] === once[key]).toBe(true);
  const [first, second] = [once, again].map(
    (all) => JSON.parse(all[`reports/${TODAY}.json`] ?? '') as Report,
  );
  expect({ ...second, runId: 'run-1' }).toEqual(first);
}, 120_000);

test('what a night has made is what the API describes, field by field', async () => {
  const { ask } = apiFixture({
    models: modelRegistry(world.store, world.current, Date.now),
    reports: reportReader(world.store, Date.now),
  });
  expect((await ask('GET /v1/reports/latest', 'reader')).status).toBe(200);
  const { models } = (await (await ask('GET /v1/models', 'reader')).json()) as { models: LiveModel[] };
  expect(models).toHaveLength(MODEL_KINDS.length);
  for (const { kind, version } of models) {
    const answer = await ask(`GET /v1/models/${kind}/${version}?file=true`, 'reader');
    expect(answer.status, kind).toBe(200);
    expect(await answer.json()).toMatchObject({ live: true, file: await model(kind) });
  }
});

test('a past day is replayed as it was, and the newer models stay live', async () => {
  const before = await world.live();
  const past = addDays(TODAY, -20);
  expect(await night('run-3', past)).toEqual({ live: false });
  expect(await world.live()).toEqual(before);
  const report = JSON.parse((await world.text(`reports/${past}.json`)) ?? '') as Report;
  expect(report.daily.dau.length).toBeGreaterThan(60);
  expect(report.asOf).toBe(past);
}, 120_000);

test('the profiles of the next day keep their ids and the names they were given, and say how they moved', async () => {
  const before = await model('profiles');
  await modelRegistry(world.store, world.current, Date.now).rename('p1', { zh: '我的名字' });
  expect(await night('run-4', addDays(TODAY, 1))).toEqual({ live: true });
  const after = await model('profiles');
  expect(after.clusters.map(({ id }) => id).sort()).toEqual(before.clusters.map(({ id }) => id).sort());
  expect(after.card.previous?.version).toBe(before.version);
  expect((await world.live())?.profileNames).toEqual({ p1: { zh: '我的名字' } });
  const report = JSON.parse((await world.text(`reports/${addDays(TODAY, 1)}.json`)) ?? '') as Report;
  expect(report.profiles.find(({ id }) => id === 'p1')?.name.zh).toBe('我的名字');
  expect(report.quality.restated).toMatchObject({ against: TODAY, changes: 0 });
}, 120_000);

test('a replay of a day does not learn from days after it', async () => {
  await night('run-5', addDays(TODAY, -1));
  const fit = JSON.parse((await world.text('runs/run-5/fits/profiles.json')) ?? '') as { version: string };
  const alone = (await readModel(world.store, 'profiles', fit.version)) as FittedModel<'profiles'>;
  expect(alone.card.previous).toBeNull();
}, 120_000);

describe('a night that breaks off', () => {
  test.each([0, 1, 5, 9, 12, 16, 20, 24])(
    'after %i writes publishes nothing, or all',
    async (writes) => {
      const before = await world.published();
      const runId = `dies-${writes}`;
      const store = dyingStore(world.store, writes);
      const outcome = await night(runId, TODAY, { store }).catch((error: Error) => error);
      expect(outcome).toBeInstanceOf(Error);
      const now = await world.published();
      expect(now['models/current.json']).toBe(before['models/current.json']);
      if (writes < 20) expect(now).toEqual(before);
      await world.records.fail(runId, 'plan', 'it died', TODAY);
    },
    60_000,
  );
});
