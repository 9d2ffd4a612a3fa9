import { vi } from 'vitest';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import { deployedCurrentModelsFile } from '#lib/models/registry/current-models-table.ts';
import type { AnyModel } from '#lib/models/registry/models.ts';
import type { PublishDeps } from '#lib/pipeline/publish.ts';
import { findRun, runRecords } from '#lib/pipeline/run/runs-table.ts';

import { type ManagedObjectStore, s3Objects } from '#lib/platform/s3.ts';
import { emptyScoredSums } from '#lib/reports/scored-sums.ts';
import { emptySums } from '#lib/reports/sums.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';
import { buildModels } from '#test/lib/models/models-of.ts';
import { putModel } from '#test/lib/models/published-models.ts';

/** Tables and a bucket on real engines, a clock that stands still, and what nightly steps work with over them. */
export async function pipelineWorld() {
  const [engine, objects] = await Promise.all([startEngine(), startBucket()]);
  for (const [name, value] of Object.entries(objects.env)) vi.stubEnv(name, value);
  const client = createClient(engine.endpoint);
  const tables = await createTables(client);
  const store = s3Objects(objects.env, objects.bucket);
  const clock = { now: Date.parse('2026-03-08T19:00:00.000Z') };
  const records = runRecords(client, tables.control, () => clock.now);
  const find = findRun(client, tables.control);
  const current = deployedCurrentModelsFile(client, tables.control, store);

  const sources = (changes: Partial<PublishDeps> = {}): PublishDeps => ({
    store,
    records,
    find,
    current,
    imports: async () => [],
    deadLetters: async () => 0,
    isRebuilding: async () => false,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    ...changes,
  });

  /** A run whose steps up to publish are done: its parts hold its id, its models are the example's as of its date. */
  async function scoredRun(
    runId: string,
    asOf: string,
    options: { parts?: number; models?: AnyModel[] } = {},
  ) {
    const { parts = 2, models = buildModels(asOf) } = options;
    const put = (key: string, body: object | string) =>
      store.put(`runs/${runId}/${key}`, typeof body === 'string' ? body : JSON.stringify(body));
    await records.create({ runId, asOf, startedBy: 'schedule' });
    await records.acquireLease(runId);
    await put('plan.json', { runId, asOf, parts });
    for (let part = 0; part < parts; part += 1) {
      await put(`sums/part-${part}.json`, emptySums(asOf));
      await put(`scored/part-${part}.json`, emptyScoredSums());
      for (const what of ['features', 'scores'])
        await put(`${what}/part-${part}.parquet`, `${runId} ${what} ${part}`);
    }
    for (const model of models) {
      await putModel(store, model);
      await put(`fits/${model.kind}.json`, {
        kind: model.kind,
        version: model.version,
        status: model.status,
      });
    }
    return { runId, asOf };
  }

  const text = async (key: string): Promise<string | undefined> => {
    const found = await store.get(key);
    return found && Buffer.from(found.body).toString();
  };

  return {
    client,
    tables,
    engine,
    objects,
    store,
    clock,
    records,
    find,
    current,
    sources,
    scoredRun,
    text,
    live: async () => JSON.parse((await text('models/current.json')) ?? 'null') as CurrentModels | null,
    /** What readers see: every object that is no staging and no model file, with its content. */
    async published(): Promise<Record<string, string | undefined>> {
      const keys = (await store.list('')).filter(
        (key) => !key.startsWith('runs/') && !/^models\/\w+\//.test(key),
      );
      return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await text(key)] as const)));
    },
    async stop() {
      vi.unstubAllEnvs();
      client.destroy();
      await engine.stop();
      await objects.stop();
    },
  };
}

/** A store whose writes (puts, copies, deletions) fail from the n-th on. */
export function dyingStore(
  store: ManagedObjectStore,
  writes: number,
): ManagedObjectStore & { left: () => number } {
  let left = writes;
  const dying =
    <A extends unknown[]>(write: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      left -= 1;
      if (left < 0) throw new Error('the machine went down');
      await write(...args);
    };
  return {
    get: store.get,
    list: store.list,
    put: dying(store.put),
    copy: dying(store.copy),
    delete: dying(store.delete),
    left: () => left,
  };
}
