import type { ObjectStore } from '#lib/platform/object-store.ts';
import { missingObject } from './run-files.ts';

/** Into how many parts a run was cut, and the date it is as of. */
export interface PlanFile {
  asOf: string;
  parts: number;
}

const planKey = (runId: string): string => `runs/${runId}/plan.json`;

/** undefined when the run was not planned yet. @throws StoreError */
export async function findPlan(store: ObjectStore, runId: string): Promise<PlanFile | undefined> {
  const stored = await store.get(planKey(runId));
  return stored && (JSON.parse(new TextDecoder().decode(stored.body)) as PlanFile);
}

/** @throws Error when the run was not planned; StoreError */
export async function readPlan(store: ObjectStore, runId: string): Promise<PlanFile> {
  const plan = await findPlan(store, runId);
  if (plan === undefined) throw missingObject(planKey(runId));
  return plan;
}

/** @throws StoreError */
export const writePlan = (store: ObjectStore, runId: string, plan: PlanFile): Promise<void> =>
  store.put(planKey(runId), JSON.stringify({ runId, ...plan }), 'application/json');
