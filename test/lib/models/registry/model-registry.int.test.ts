import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelKey } from '#lib/models/model-version.ts';
import { currentModelsFile } from '#lib/models/registry/current-models.ts';
import { type ModelRegistry, modelRegistry } from '#lib/models/registry/model-registry.ts';
import { publishRun } from '#lib/pipeline/publish.ts';
import { lease } from '#lib/platform/lease-table.ts';
import { buildModels } from '#test/lib/models/models-of.ts';
import { pipelineWorld } from '#test/lib/pipeline/pipeline-world.ts';
import { exampleModel } from '#test/lib/scoring/example-models.ts';

let world: Awaited<ReturnType<typeof pipelineWorld>>;
let registry: ModelRegistry;
beforeEach(async () => {
  world = await pipelineWorld();
  registry = modelRegistry(world.store, world.current, () => world.clock.now);
});
afterEach(() => world.stop());

async function publish(...dates: string[]): Promise<void> {
  for (const date of dates) {
    await publishRun(world.sources(), await world.scoredRun(`run-${date}`, date));
    world.clock.now += 86_400_000;
  }
}
const versions = (date: string) =>
  Object.fromEntries(buildModels(date).map(({ kind, version }) => [kind, version]));
const value = (date: string) => exampleModel('value', { asOf: date }).version;

test('before the first publication nothing is live, and there is nothing to go back to', async () => {
  expect(await registry.current()).toBeUndefined();
  await expect(registry.rollback({}, 'key-1')).rejects.toMatchObject({
    status: 409,
    code: 'nothing_published',
  });
  await expect(registry.rename('p1', { zh: '新' })).rejects.toMatchObject({ code: 'profile_not_found' });
  expect(await registry.model('value', value('2026-03-01'))).toBeUndefined();
});

describe('going back', () => {
  beforeEach(() => publish('2026-03-01', '2026-03-02', '2026-03-03'));

  test('makes live what was live before; twice goes two back, and further than the first is refused', async () => {
    expect(await registry.rollback({}, 'key-1')).toMatchObject({
      runId: 'run-2026-03-02',
      asOf: '2026-03-02',
      models: versions('2026-03-02'),
      history: [{ by: 'rollback', caller: 'key-1' }, { runId: 'run-2026-03-03' }, {}, {}],
    });
    await registry.rollback({}, 'key-1');
    expect((await world.live())?.models).toEqual(versions('2026-03-01'));
    const refusal = registry.rollback({}, 'key-1');
    await expect(refusal).rejects.toMatchObject({ status: 409, code: 'nothing_to_roll_back_to' });
    expect((await world.live())?.history).toHaveLength(5);
  });

  test('passes over a run that was done again and published the same', async () => {
    await publishRun(world.sources(), await world.scoredRun('run-again', '2026-03-03'));
    await registry.rollback({}, 'key-1');
    expect((await world.live())?.models).toEqual(versions('2026-03-02'));
  });

  test('ends with the next run, which is of a later day than what is live again', async () => {
    await registry.rollback({}, 'key-1');
    await publish('2026-03-04');
    expect((await world.live())?.models).toEqual(versions('2026-03-04'));
  });

  test('of one kind leaves the others', async () => {
    await registry.rollback({ kind: 'value' }, 'key-1');
    expect((await world.live())?.models).toEqual({ ...versions('2026-03-03'), value: value('2026-03-02') });
    await registry.rollback({ kind: 'value' }, 'key-1');
    expect((await world.live())?.models.value).toBe(value('2026-03-01'));
    await expect(registry.rollback({ kind: 'value' }, 'key-1')).rejects.toMatchObject({
      code: 'nothing_to_roll_back_to',
    });
    await registry.rollback({ kind: 'value', version: value('2026-03-03') }, 'key-1');
    expect((await world.live())?.models).toEqual(versions('2026-03-03'));
  });

  test('to a publication that is named, and back again', async () => {
    const history = (await world.live())?.history ?? [];
    await registry.rollback({ publishedAt: history[2]!.publishedAt }, 'key-1');
    expect((await world.live())?.asOf).toBe('2026-03-01');
    await registry.rollback({ publishedAt: history[0]!.publishedAt }, 'key-1');
    expect((await world.live())?.models).toEqual(versions('2026-03-03'));
    const live = registry.rollback({ publishedAt: history[0]!.publishedAt }, 'key-1');
    await expect(live).rejects.toMatchObject({ status: 409, code: 'nothing_to_roll_back_to' });
    const unknown = registry.rollback({ publishedAt: '2020-01-01T00:00:00.000Z' }, 'key-1');
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'publication_not_found' });
  });

  test('to a file that is gone or corrupt is refused, and changes nothing', async () => {
    const before = await world.live();
    const key = modelKey('lifecycle', exampleModel('lifecycle', { asOf: '2026-03-02' }).version);
    await world.store.put(key, '{}');
    const corrupt = registry.rollback({}, 'key-1');
    await expect(corrupt).rejects.toMatchObject({ status: 409, code: 'model_refused' });
    await world.store.delete([key]);
    await expect(registry.rollback({}, 'key-1')).rejects.toMatchObject({ code: 'model_not_found' });
    const unknown = registry.rollback({ kind: 'value', version: '2026-03-02-00000000' }, 'key-1');
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    expect(await world.live()).toEqual(before);
  });

  test('tells what is live, also of a model whose file has gone bad', async () => {
    await world.store.put(modelKey('value', value('2026-03-03')), 'oh dear');
    const current = await registry.current();
    const live = await registry.live(current!);
    expect(live.map(({ kind, status }) => [kind, status])).toEqual([
      ['community', 'fitted'],
      ['profiles', 'fitted'],
      ['lifecycle', 'fitted'],
      ['value', 'refused'],
      ['influence', 'fitted'],
    ]);
    expect(live[3]?.reason).toContain('it is not JSON');
    expect(live[1]).toMatchObject({ asOf: '2026-03-03', members: 10 });
  });
});

describe('a profile', () => {
  beforeEach(() => publish('2026-03-01'));

  test('goes by the name it was given, language by language, until that is taken away', async () => {
    expect(await registry.rename('p1', { zh: '铁杆粉丝' })).toEqual({
      id: 'p1',
      name: { zh: '铁杆粉丝', en: 'Engaged answerer' },
      ownName: { zh: '高互动答疑者', en: 'Engaged answerer' },
      givenName: { zh: '铁杆粉丝' },
    });
    await registry.rename('p2', { en: 'Ghosts' });
    expect((await world.live())?.profileNames).toEqual({ p1: { zh: '铁杆粉丝' }, p2: { en: 'Ghosts' } });
    expect((await registry.rename('p1', {})).name).toEqual({ zh: '高互动答疑者', en: 'Engaged answerer' });
    expect((await world.live())?.profileNames).toEqual({ p2: { en: 'Ghosts' } });
    await expect(registry.rename('p9', { zh: '谁' })).rejects.toMatchObject({ status: 404 });
  });

  test('named while others are named, and a run is published, keeps its name: no change is lost', async () => {
    const task = await world.scoredRun('run-2', '2026-03-02');
    await Promise.all([
      registry.rename('p1', { zh: '甲' }),
      publishRun(world.sources(), task),
      registry.rename('p2', { zh: '乙' }),
    ]);
    expect(await world.live()).toMatchObject({
      asOf: '2026-03-02',
      profileNames: { p1: { zh: '甲' }, p2: { zh: '乙' } },
    });
  });
});

describe('the lease to change what is live', () => {
  const buildFile = (holder: string, { pauses = [] as number[], patienceMs = 1_000 } = {}) =>
    currentModelsFile({
      store: world.store,
      lease: lease(world.client, world.tables.control, 'models', 30_000, () => world.clock.now),
      newHolder: () => holder,
      pause: async (ms) => pauses.push(ms),
      patienceMs,
    });

  test('is waited for, but not for ever; who died with it holds it for 30 seconds', async () => {
    await publish('2026-03-01');
    await lease(world.client, world.tables.control, 'models', 30_000, () => world.clock.now).acquire('dead');
    const pauses: number[] = [];
    const late = buildFile('late', { pauses }).change((now) => ({ current: { ...now!, report: 'x' } }));
    await expect(late).rejects.toMatchObject({ name: 'StoreError', retriable: true });
    expect(pauses).toHaveLength(10);
    world.clock.now += 30_001;
    await buildFile('next').change((now) => ({ current: { ...now!, report: 'y' } }));
    expect((await world.live())?.report).toBe('y');
  });

  test('that ran out meanwhile writes nothing over what came since', async () => {
    await publish('2026-03-01');
    const slow = buildFile('slow').change(async (now) => {
      world.clock.now += 31_000;
      await buildFile('quick').change((then) => ({ current: { ...then!, report: 'quick' } }));
      return { current: { ...now!, report: 'slow' } };
    });
    await expect(slow).rejects.toThrow('took too long');
    expect((await world.live())?.report).toBe('quick');
  });

  test('is given back when a change is refused', async () => {
    await publish('2026-03-01');
    const refused = buildFile('a').change(() => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    const pauses: number[] = [];
    await buildFile('b', { pauses }).change((now) => ({ current: now! }));
    expect(pauses).toEqual([]);
  });
});
