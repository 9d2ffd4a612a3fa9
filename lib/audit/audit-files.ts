import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { AuditResult } from '#lib/reports/report.ts';
import { type AuditCandidates, mergeCandidates } from './candidates.ts';

// Below the prefix of what a run stages, so that it goes with the rest after 30 days.
const candidatesKey = (runId: string, part: number): string => `runs/${runId}/audit/candidates-${part}.json`;
const resultKey = (runId: string): string => `runs/${runId}/audit/result.json`;

export const writeCandidates = (
  store: ObjectStore,
  runId: string,
  part: number,
  candidates: AuditCandidates,
): Promise<void> => store.put(candidatesKey(runId, part), JSON.stringify(candidates), 'application/json');

/** The candidates of all parts of a run. @throws StoreError */
export async function readCandidates(
  store: ObjectStore,
  runId: string,
  parts: number,
): Promise<AuditCandidates> {
  const all: AuditCandidates[] = [];
  for (let part = 0; part < parts; part += 1) {
    const read = await readJson<AuditCandidates>(store, candidatesKey(runId, part));
    if (read !== undefined) all.push(read);
  }
  return mergeCandidates(all);
}

export const writeResult = (store: ObjectStore, runId: string, result: AuditResult): Promise<void> =>
  store.put(resultKey(runId), JSON.stringify(result), 'application/json');

/** What a run's audit found; undefined when it did not come to its end. @throws StoreError */
export const readResult = (store: ObjectStore, runId: string): Promise<AuditResult | undefined> =>
  readJson<AuditResult>(store, resultKey(runId));

async function readJson<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  const stored = await store.get(key);
  return stored && (JSON.parse(new TextDecoder().decode(stored.body)) as T);
}
