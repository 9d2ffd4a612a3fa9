import type { ObjectStore } from '#lib/platform/object-store.ts';
import { addScores, emptyScoredSums, type ScoredSums } from '#lib/reports/scored-sums.ts';
import { addSums, type CommunitySums, emptySums } from '#lib/reports/sums.ts';
import { missingObject, partitionKey, type StagedDataset } from './run-files.ts';

/**
 * The sums of all parts of a run's snapshot.
 * @throws Error naming the object when one is missing; RangeError when they are of different dates; StoreError
 */
export async function readSums(store: ObjectStore, runId: string, parts: number): Promise<CommunitySums> {
  let all: CommunitySums | undefined;
  for (let part = 0; part < parts; part += 1) {
    const sums = await readJsonPartition<CommunitySums>(store, runId, 'sums', part);
    all ??= emptySums(sums.asOf);
    addSums(all, sums);
  }
  if (all === undefined) throw new RangeError(`run ${runId} has no parts`);
  return all;
}

/** What scoring found in all parts of a run. @throws as `readSums` */
export async function readScored(store: ObjectStore, runId: string, parts: number): Promise<ScoredSums> {
  const all = emptyScoredSums();
  for (let part = 0; part < parts; part += 1) {
    addScores(all, await readJsonPartition<ScoredSums>(store, runId, 'scored', part));
  }
  return all;
}

async function readJsonPartition<T>(
  store: ObjectStore,
  runId: string,
  what: StagedDataset,
  part: number,
): Promise<T> {
  const key = partitionKey(runId, what, part);
  const stored = await store.get(key);
  if (stored === undefined) throw missingObject(key);
  return JSON.parse(new TextDecoder().decode(stored.body)) as T;
}
