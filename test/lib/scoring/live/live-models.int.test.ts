import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import { type LiveModels, liveModels } from '#lib/scoring/live/live-models.ts';
import { type FaultyProxy, faultyProxy } from '#test/e2e/faulty-proxy.ts';
import { startBucket } from '#test/engines/s3.ts';
import { buildCurrentModels, listVersions, publish, putModel } from '#test/lib/models/published-models.ts';
import { exampleModel, exampleModels } from '#test/lib/scoring/example-models.ts';

let engine: Awaited<ReturnType<typeof startBucket>>;
let proxy: FaultyProxy;
/** goes to the engine directly */
let store: ObjectStore;
const clock = { now: 0 };
const logged: unknown[][] = [];

beforeEach(async () => {
  engine = await startBucket();
  proxy = await faultyProxy(engine.endpoint);
  store = presignedObjects({ ...engine.env, DATA_BUCKET: engine.bucket }, Date.now);
  clock.now = Date.parse('2026-03-09T00:00:00Z');
  logged.length = 0;
});
afterEach(async () => {
  await proxy.close();
  await engine.stop();
});

/** A function that has just started and sees the store through the proxy. */
const coldFunction = (timeoutMs = 2_000) =>
  liveModels({
    store: presignedObjects(
      { ...engine.env, DATA_BUCKET: engine.bucket, S3_ENDPOINT: proxy.url },
      Date.now,
      timeoutMs,
    ),
    now: () => clock.now,
    log: (...line) => logged.push(line),
  });

const versions = ({ models }: LiveModels) => models.versions;
const eventually = (check: () => unknown) => vi.waitFor(check, 5_000);
const later = (seconds: number) => {
  clock.now += seconds * 1_000;
};
const checks = () => proxy.seen.filter((what) => what.includes('current.json'));
const refusals = () => logged.filter(([level, what]) => level === 'error' && what === 'model refused');
const otherValue = () => exampleModel('value', { members: 401 });

test('nothing published yet: no models, and the answer says so', async () => {
  const live = coldFunction();
  const { models, staleSeconds } = await live();
  expect([models.value.why, models.community.why, staleSeconds]).toEqual(['no_model', 'no_model', undefined]);
  await publish(store, exampleModels());
  later(31);
  await eventually(async () => expect(versions(await live())).toEqual(listVersions(exampleModels())));
});

test('the first request waits for the models, others ask for nothing, and only one check comes every 30 s', async () => {
  await publish(store, exampleModels());
  const live = coldFunction();
  const answers = await Promise.all(Array.from({ length: 20 }, () => live()));
  for (const answer of answers) expect(versions(answer)).toEqual(listVersions(exampleModels()));
  const files = proxy.seen.length;
  expect(files).toBe(6);
  later(29);
  await live();
  expect(proxy.seen).toHaveLength(files);
  later(2);
  await Promise.all(Array.from({ length: 20 }, () => live()));
  await eventually(() => expect(checks()[1]).toMatch(/ 304$/));
  expect(proxy.seen).toHaveLength(files + 1);
});

test('what is published again is used at the next check, and only what has changed is read', async () => {
  await publish(store, exampleModels());
  const live = coldFunction();
  await live();
  const files = proxy.seen.length;
  await publish(store, { ...exampleModels(), value: otherValue() }, [], {
    profileNames: { p1: { zh: '新名字' } },
  });
  later(31);
  await eventually(async () => expect(versions(await live()).value).toBe(otherValue().version));
  expect(proxy.seen.slice(files).map((what) => what.replace(/.*models\//, ''))).toEqual([
    'current.json 200',
    `value/${otherValue().version}.json 200`,
  ]);
  expect((await live()).models.profiles.ready?.profiles[0]?.name.zh).toBe('新名字');
});

describe('while the store fails', () => {
  test.each([
    ['hangs', 'hang'],
    ['cuts connections', 'cut'],
    ['answers with an error', { answer: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
  ] as const)('one that %s: loaded models go on serving, and say how old they are', async (_, treatment) => {
    await publish(store, exampleModels());
    const live = coldFunction(400);
    await live();
    proxy.treat = () => treatment;
    later(31);
    const began = performance.now();
    const answer = await live();
    expect(performance.now() - began).toBeLessThan(700);
    expect(versions(answer)).toEqual(listVersions(exampleModels()));
    expect(answer.staleSeconds).toBe(31);
    await eventually(() =>
      expect(logged).toContainEqual(['warn', 'live models not checked', expect.anything()]),
    );
    later(3_600);
    expect((await live()).staleSeconds).toBe(3_631);

    proxy.treat = () => 'pass';
    later(31);
    await eventually(async () => expect((await live()).staleSeconds).toBeUndefined());
  });

  test('a cold function answers all the same, in time, and recovers within seconds', async () => {
    await publish(store, exampleModels());
    proxy.treat = () => 'cut';
    const live = coldFunction(200);
    const answer = await live();
    expect(answer.models.profiles.why).toBe('models_unreachable');
    expect(answer.staleSeconds).toBeUndefined();
    proxy.treat = () => 'pass';
    later(4);
    await eventually(async () => expect(versions(await live())).toEqual(listVersions(exampleModels())));
  });

  test('a check that a frozen function left open is finished by a later request', async () => {
    await publish(store, exampleModels());
    const live = coldFunction();
    await live();
    await publish(store, { ...exampleModels(), value: otherValue() });
    proxy.treat = () => 'hang';
    later(31);
    expect(versions(await live()).value).toBe(exampleModel('value').version);
    proxy.treat = () => 'pass';
    await eventually(async () => expect(versions(await live()).value).toBe(otherValue().version));
  });

  test('a new set of models is taken as a whole or not at all', async () => {
    await publish(store, exampleModels());
    const live = coldFunction(200);
    await live();
    const profiles = exampleModel('profiles', { members: 11 });
    await publish(store, { ...exampleModels(), value: otherValue(), profiles });
    proxy.treat = ({ url }) => (url?.includes('/profiles/') ? 'cut' : 'pass');
    later(31);
    await live();
    await eventually(() => expect(logged.length).toBeGreaterThan(0));
    expect(versions(await live())).toEqual(listVersions(exampleModels()));
    proxy.treat = () => 'pass';
    later(31);
    await eventually(async () =>
      expect(versions(await live())).toMatchObject({
        value: otherValue().version,
        profiles: profiles.version,
      }),
    );
  });
});

describe('a model that cannot be used', () => {
  const broken = {
    'is no JSON': '{"kind":"value"',
    'has a feature that this code does not know': JSON.stringify(otherValue()).replaceAll(
      'payment90',
      'shoeSize',
    ),
    'was changed by hand': JSON.stringify({ ...otherValue(), members: 7 }),
  };
  test.each(Object.entries(broken))(
    '%s: the last good one stays, and an alarm says so, once',
    async (_, body) => {
      await publish(store, exampleModels());
      const live = coldFunction();
      await live();
      const set = {
        ...exampleModels(),
        value: otherValue(),
        influence: exampleModel('influence', { members: 12 }),
      };
      await publish(store, set);
      await store.put(`models/value/${otherValue().version}.json`, body);
      later(31);
      await eventually(async () => expect(versions(await live()).influence).toBe(set.influence.version));
      const answer = await live();
      expect(versions(answer).value).toBe(exampleModel('value').version);
      expect(answer.models.value.ready).toBeDefined();
      expect(answer.staleSeconds).toBeUndefined();
      later(31);
      await live();
      expect(refusals()).toEqual([
        [
          'error',
          'model refused',
          { kind: 'value', modelVersion: otherValue().version, reason: expect.any(String) },
        ],
      ]);
      expect(JSON.stringify(refusals())).not.toContain('"members":7');
    },
  );

  test('on a cold start the newest good one of those before serves', async () => {
    const older = exampleModel('value', { members: 399 });
    await putModel(store, older);
    const bad = exampleModel('value', { members: 400, currency: 'USD' });
    const set = { ...exampleModels(), value: otherValue() };
    await publish(store, set, [{ value: bad.version }, { value: older.version }]);
    await store.put(`models/value/${otherValue().version}.json`, 'nonsense');
    await store.put(`models/value/${bad.version}.json`, '{}');
    const live = coldFunction();
    expect(versions(await live()).value).toBe(older.version);
    expect(refusals()).toHaveLength(2);
  });

  test('without any good one before, the figure is missing and the others are there', async () => {
    await publish(store, exampleModels());
    await store.put(`models/value/${exampleModel('value').version}.json`, 'nonsense');
    const { models } = await coldFunction()();
    expect([models.value.why, models.profiles.why]).toEqual(['model_refused', undefined]);
  });

  test('a current.json that does not read changes nothing', async () => {
    await publish(store, exampleModels());
    const live = coldFunction();
    await live();
    const current = { ...buildCurrentModels(exampleModels()), models: { value: 5 } };
    await store.put('models/current.json', JSON.stringify(current));
    later(31);
    await eventually(async () => {
      await live();
      expect(refusals()).toHaveLength(1);
    });
    expect(versions(await live())).toEqual(listVersions(exampleModels()));
    const cold = await coldFunction()();
    expect(cold.models.value.why).toBe('model_refused');
  });
});
