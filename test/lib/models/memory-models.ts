import { randomUUID } from 'node:crypto';
import { modelKey } from '#lib/models/model-version.ts';
import { currentModelsFile } from '#lib/models/registry/current-models.ts';
import { type ModelRegistry, modelRegistry } from '#lib/models/registry/model-registry.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { exampleModel, exampleModels } from '#test/lib/scoring/example-models.ts';
import { buildCurrentModels, listVersions } from './published-models.ts';

/** Objects in memory. */
export function memoryObjects(): ObjectStore & { objects: Map<string, string> } {
  const objects = new Map<string, string>();
  return {
    objects,
    async get(key: string) {
      const found = objects.get(key);
      return found === undefined ? undefined : { body: Buffer.from(found), etag: `"${found.length}"` };
    },
    async put(key, body) {
      objects.set(key, typeof body === 'string' ? body : Buffer.from(body).toString());
    },
  };
}

/** The registry over two publications: the example models, and before them others of profiles and value. */
export function memoryModels(now: () => number): ModelRegistry & { objects: Map<string, string> } {
  const store = memoryObjects();
  const live = exampleModels();
  const earlier = {
    ...live,
    profiles: exampleModel('profiles', { asOf: '2026-03-07' }),
    value: exampleModel('value', { asOf: '2026-03-07' }),
  };
  for (const model of [...Object.values(live), earlier.profiles, earlier.value])
    if (model !== undefined) store.objects.set(modelKey(model.kind, model.version), JSON.stringify(model));
  const before = {
    publishedAt: '2026-03-07T19:05:00.000Z',
    by: 'run' as const,
    runId: 'run-0',
    asOf: '2026-03-07',
    models: listVersions(earlier),
  };
  const current = buildCurrentModels(live);
  store.objects.set(
    'models/current.json',
    JSON.stringify({ ...current, history: [...current.history, before] }),
  );
  let holder: string | undefined;
  const lease = {
    acquire: async (who: string) => (holder ??= who),
    renew: async (who: string) => holder === who,
    release: async () => {
      holder = undefined;
    },
  };
  const file = currentModelsFile({
    store,
    lease,
    newHolder: randomUUID,
    pause: async () => {},
  });
  return { ...modelRegistry(store, file, now), objects: store.objects };
}
