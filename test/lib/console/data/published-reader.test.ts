import { expect, test } from 'vitest';
import { publishedReader } from '#lib/console/data/published-reader.ts';
import { scoredMembers } from '#lib/console/data/scored-members.ts';
import { writeModel } from '#lib/models/registry/model-store.ts';
import { parquetFileWriter } from '#lib/pipeline/parquet/parquet-writer.ts';
import { SCORE_COLUMNS, type ScoreRow } from '#lib/pipeline/parquet/schemas.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { memoryPublished } from '#test/lib/console/console-fixture.ts';
import { sampleModels } from '#test/lib/console/sample-models.ts';
import { sampleReport } from '#test/lib/console/sample-report.ts';
import { sampleScores } from '#test/lib/console/sample-scores.ts';

/** Objects in memory; `reads` are those that brought a body. */
function memoryStore() {
  const objects = new Map<string, { body: Uint8Array; etag: string }>();
  const reads: string[] = [];
  let writes = 0;
  const store = {
    async get(key: string, etag?: string) {
      const object = objects.get(key);
      if (object !== undefined && etag === object.etag) return 'unchanged' as const;
      if (object !== undefined) reads.push(key);
      return object;
    },
    async put(key: string, body: Uint8Array | string) {
      writes += 1;
      objects.set(key, { body: new Uint8Array(Buffer.from(body)), etag: `"${writes}"` });
    },
  };
  return { store: store as ObjectStore, reads };
}

async function published() {
  const { store, reads } = memoryStore();
  const report = sampleReport();
  const { version: _, ...made } = sampleModels().profiles;
  const profiles = await writeModel(store, 'profiles', made as Parameters<typeof writeModel<'profiles'>>[2]);
  const { current } = memoryPublished(report, { profiles });
  const publish = () => store.put('models/current.json', JSON.stringify(current));
  await store.put('reports/2026-11-22.json', JSON.stringify(report));
  await publish();
  reads.length = 0;
  const logged: unknown[] = [];
  const reader = publishedReader(store, (...line) => logged.push(line));
  return { store, reads, current, publish, report, reader, logged };
}

test('a page reads what changed: the second one only asks whether anything did', async () => {
  const { reader, reads } = await published();
  const live = await reader.live();
  if (live === undefined) throw new Error('nothing is live');
  expect((await reader.model('profiles', live))?.status).toBe('fitted');
  expect(reads).toHaveLength(3);
  await reader.model('profiles', (await reader.live())!);
  expect(reads).toHaveLength(3);
});

test('a name given to a profile shows at once, without reading the report again', async () => {
  const { reader, reads, current, publish } = await published();
  await reader.live();
  current.profileNames['p1'] = { zh: '热心人' };
  await publish();
  expect((await reader.live())?.current.profileNames).toEqual({ p1: { zh: '热心人' } });
  expect(reads.filter((key) => key.startsWith('reports/'))).toHaveLength(1);
});

test('a report that was made again for the same date shows at once', async () => {
  const { reader, store, current, publish, report } = await published();
  await reader.live();
  const publishedAt = '2026-11-22T05:00:00.000Z';
  await store.put('reports/2026-11-22.json', JSON.stringify({ ...report, members: 7 }));
  current.history.unshift({ ...current.history[0]!, publishedAt });
  current.publishedAt = publishedAt;
  await publish();
  expect((await reader.live())?.report?.members).toBe(7);
});

test('a model whose file does not read is as good as none, and is logged', async () => {
  const { reader, store, current, logged } = await published();
  await store.put(`models/profiles/${current.models.profiles}.json`, '{}');
  expect(await reader.model('profiles', (await reader.live())!)).toBeUndefined();
  expect(JSON.stringify(logged)).toContain('model refused');
});

test('before the first run nothing is live', async () => {
  expect(await publishedReader(memoryStore().store, () => {}).live()).toBeUndefined();
});

test('all members of a date are read once, from all parts', async () => {
  const { store, reads } = memoryStore();
  const rows = sampleScores();
  for (const [part, from] of [0, 100, 200].entries()) {
    const file = parquetFileWriter<ScoreRow>(SCORE_COLUMNS);
    for (const row of rows.slice(from, from + 100)) file.add(row);
    await store.put(`scores/date=2026-11-22/part-${part}.parquet`, file.finish());
  }
  const scored = scoredMembers(store);
  const all = await scored.all('2026-11-22', 'v1');
  expect(all).toHaveLength(rows.length);
  const { userId, name, stage, profileId, interactions30, churnRisk, valueMinor } = rows[205]!;
  expect(all[205]).toMatchObject({ userId, name, stage, profileId, interactions30, churnRisk, valueMinor });
  await scored.all('2026-11-22', 'v1');
  expect(reads).toHaveLength(3);
  await scored.all('2026-11-22', 'v2');
  expect(reads).toHaveLength(6);
});
