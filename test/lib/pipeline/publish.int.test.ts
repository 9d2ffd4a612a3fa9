import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelKey } from '#lib/models/model-version.ts';
import { deployedCurrentModelsFile } from '#lib/models/registry/current-models-table.ts';
import { publishRun } from '#lib/pipeline/publish.ts';
import type { Report } from '#lib/reports/report.ts';
import { importRecord } from '#test/lib/http/memory-imports.ts';
import { buildInsufficientModels, buildModels } from '#test/lib/models/models-of.ts';
import { exampleModel } from '#test/lib/scoring/example-models.ts';
import { dyingStore, pipelineWorld } from './pipeline-world.ts';

let world: Awaited<ReturnType<typeof pipelineWorld>>;
beforeEach(async () => {
  world = await pipelineWorld();
});
afterEach(() => world.stop());

test('a run is published whole: parts under their date, the report, and its models live', async () => {
  const task = await world.scoredRun('run-1', '2026-03-08');
  const imports = async () => [importRecord()];
  expect(await publishRun(world.sources({ imports, deadLetters: async () => 3 }), task)).toEqual({
    live: true,
  });

  const published = await world.published();
  expect(Object.keys(published)).toEqual([
    'features/date=2026-03-08/part-0.parquet',
    'features/date=2026-03-08/part-1.parquet',
    'models/current.json',
    'reports/2026-03-08.json',
    'scores/date=2026-03-08/part-0.parquet',
    'scores/date=2026-03-08/part-1.parquet',
  ]);
  expect(published['scores/date=2026-03-08/part-1.parquet']).toBe('run-1 scores 1');
  expect(await world.live()).toMatchObject({
    runId: 'run-1',
    asOf: '2026-03-08',
    report: 'reports/2026-03-08.json',
    models: Object.fromEntries(buildModels('2026-03-08').map(({ kind, version }) => [kind, version])),
    history: [{ by: 'run', runId: 'run-1' }],
  });
  const report = JSON.parse(published['reports/2026-03-08.json'] ?? '') as Report;
  expect(report).toMatchObject({
    runId: 'run-1',
    asOf: '2026-03-08',
    quality: { imports: { imported: 8, refused: 1 }, deadLetters: 3 },
  });
  expect(report.profiles.map(({ name }) => name.en)).toEqual(['Engaged answerer', 'Silent watcher']);
  expect(await world.find('run-1')).toMatchObject({ state: 'done', live: true });
  expect(await world.records.acquireLease('run-2')).toBe('run-2');
});

test('publishing again changes nothing, even after something newer went live', async () => {
  const task = await world.scoredRun('run-1', '2026-03-08');
  await publishRun(world.sources(), task);
  const once = await world.published();
  world.clock.now += 60_000;
  expect(await publishRun(world.sources(), task)).toEqual({ live: true });
  expect(await world.published()).toEqual(once);

  await publishRun(world.sources(), await world.scoredRun('run-2', '2026-03-09'));
  const later = await world.published();
  await publishRun(world.sources(), task);
  expect(await world.published()).toEqual(later);
});

describe('a run that dies after any of its writes', () => {
  test('leaves what was live live, and the next attempt finishes the same', async () => {
    await publishRun(world.sources(), await world.scoredRun('run-0', '2026-03-07'));
    const before = await world.live();
    const task = await world.scoredRun('run-1', '2026-03-08');
    let deaths = 0;
    for (; ; deaths += 1) {
      const store = dyingStore(world.store, deaths);
      const current = deployedCurrentModelsFile(world.client, world.tables.control, store);
      const outcome = await publishRun(world.sources({ store, current }), task).catch(
        (error: Error) => error,
      );
      if (!(outcome instanceof Error)) break;
      expect(outcome.message).toBe('the machine went down');
      expect(await world.live()).toEqual(before);
      expect((await world.find('run-1'))?.steps.publish?.failure).toContain('the machine went down');
    }
    // Two copies and one deletion of each dataset, the report, current.json.
    expect(deaths).toBe(8);
    const broken = await world.published();

    const clean = await pipelineWorld();
    try {
      await publishRun(clean.sources(), await clean.scoredRun('run-0', '2026-03-07'));
      await publishRun(clean.sources(), await clean.scoredRun('run-1', '2026-03-08'));
      expect(broken).toEqual(await clean.published());
    } finally {
      await clean.stop();
    }
  });

  test('between going live and saying so, is live once', async () => {
    const task = await world.scoredRun('run-1', '2026-03-08');
    const finish = async () => {
      throw new Error('the machine went down');
    };
    await expect(
      publishRun(world.sources({ records: { ...world.records, finish } }), task),
    ).rejects.toThrow();
    expect(await publishRun(world.sources(), task)).toEqual({ live: true });
    expect((await world.live())?.history).toHaveLength(1);
  });
});

describe('a run that is not whole publishes nothing', () => {
  const broken: [string, (runId: string) => Promise<unknown>, RegExp][] = [
    [
      'a part without scores',
      (runId) => world.store.delete([`runs/${runId}/scores/part-1.parquet`]),
      /scores\/part-1/,
    ],
    [
      'a part without sums',
      (runId) => world.store.delete([`runs/${runId}/sums/part-0.json`]),
      /sums\/part-0/,
    ],
    [
      'a fit that is missing',
      (runId) => world.store.delete([`runs/${runId}/fits/value.json`]),
      /fits\/value\.json is missing/,
    ],
    [
      'a model that is no model',
      () => world.store.put(modelKey('value', exampleModel('value').version), '{"kind":"value"'),
      /value model does not read: it is not JSON/,
    ],
    [
      'a model with a feature that nobody knows',
      () => {
        const model = exampleModel('profiles');
        const text = JSON.stringify(model).replace('"replies30"', '"moonPhase"');
        return world.store.put(modelKey('profiles', model.version), text);
      },
      /coordinates\[0\]\.feature/,
    ],
    [
      'a model that was changed by hand',
      () => {
        const model = exampleModel('value');
        const text = JSON.stringify({ ...model, members: model.members + 1 });
        return world.store.put(modelKey('value', model.version), text);
      },
      /is corrupt/,
    ],
  ];
  test.each(broken)('%s', async (_, breakIt, reason) => {
    await publishRun(world.sources(), await world.scoredRun('run-0', '2026-03-07'));
    const before = await world.published();
    const task = await world.scoredRun('run-1', '2026-03-08');
    await breakIt('run-1');
    await expect(publishRun(world.sources(), task)).rejects.toThrow(reason);
    expect(await world.published()).toEqual(before);
  });
});

test('parts that an earlier run of the date had more of are taken away', async () => {
  await publishRun(world.sources(), await world.scoredRun('run-1', '2026-03-08', { parts: 12 }));
  await publishRun(world.sources(), await world.scoredRun('run-2', '2026-03-08', { parts: 3 }));
  expect(await world.store.list('features/')).toEqual(
    [0, 1, 2].map((i) => `features/date=2026-03-08/part-${i}.parquet`),
  );
  expect(await world.text('scores/date=2026-03-08/part-2.parquet')).toBe('run-2 scores 2');
});

test('replaying an older day makes its report and leaves the newer models live', async () => {
  await publishRun(world.sources(), await world.scoredRun('run-1', '2026-03-08'));
  const before = await world.live();
  const replay = await world.scoredRun('run-2', '2026-02-10');
  expect(await publishRun(world.sources(), replay)).toEqual({ live: false });
  expect(await world.live()).toEqual(before);
  expect(await world.store.list('reports/')).toEqual(['reports/2026-02-10.json', 'reports/2026-03-08.json']);
  expect(await world.find('run-2')).toMatchObject({ state: 'done', live: false });
});

test('an older day goes live when nothing that is live could be fitted', async () => {
  const models = buildInsufficientModels('2026-03-08');
  await publishRun(world.sources(), await world.scoredRun('run-1', '2026-03-08', { models }));
  const replay = await world.scoredRun('run-2', '2026-02-10');
  expect(await publishRun(world.sources(), replay)).toEqual({ live: true });
  expect(await world.live()).toMatchObject({ asOf: '2026-02-10', report: 'reports/2026-03-08.json' });
});

test('the report goes by the names that operators gave, and they stay after the run', async () => {
  await publishRun(world.sources(), await world.scoredRun('run-1', '2026-03-08'));
  await world.current.change((now) => ({ current: { ...now!, profileNames: { p1: { zh: '铁杆粉丝' } } } }));
  await publishRun(world.sources(), await world.scoredRun('run-2', '2026-03-09'));
  const report = JSON.parse((await world.text('reports/2026-03-09.json')) ?? '') as Report;
  expect(report.profiles[0]?.name).toEqual({ zh: '铁杆粉丝', en: 'Engaged answerer' });
  expect((await world.live())?.profileNames).toEqual({ p1: { zh: '铁杆粉丝' } });
});

test('the report before is the newest of an earlier date, and one that cannot be read does not stop the night', async () => {
  for (const [runId, asOf] of [
    ['run-1', '2026-03-05'],
    ['run-2', '2026-03-09'],
    ['run-3', '2026-03-07'],
  ] as const)
    await publishRun(world.sources(), await world.scoredRun(runId, asOf));
  const against = async (date: string) =>
    (JSON.parse((await world.text(`reports/${date}.json`)) ?? '') as Report).quality.restated.against;
  expect(await against('2026-03-07')).toBe('2026-03-05');
  await world.store.put('reports/2026-03-10.json', 'oh dear');
  await publishRun(world.sources(), await world.scoredRun('run-4', '2026-03-11'));
  expect(await against('2026-03-11')).toBeNull();
});
