import { describeError } from '#lib/platform/jobs.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { FindRun, RunRecords } from './run/run-record.ts';
import { runStep } from './run/run-step.ts';
import { acquireRunLease, parseRunDate } from './run/runs.ts';
import { findPlan, type PlanFile, writePlan } from './run-files.ts';

export interface PlanTask {
  runId: string;
  asOf?: string | undefined;
  /** the id of the key that asked for the run */
  by?: string | undefined;
}

/** A run cut into parts, as the state machine hands them on. */
export interface Plan {
  runId: string;
  asOf: string;
  parts: { runId: string; asOf: string; part: number; of: number }[];
}

export interface PlanDeps {
  store: ObjectStore;
  records: RunRecords;
  find: FindRun;
  membersBytes: () => Promise<number>;
  /** whether not all members are counted by the rules of now */
  isRebuilding: () => Promise<boolean>;
  /** today's date in the business's time zone */
  today: () => string;
}

/** What one function scans in about half a minute. */
const PARTITION_BYTES = 128 * 1024 * 1024;
const MIN_PARTS = 2;
const MAX_PARTS = 1_000;

/** How many parts a table of members is read in: one for each 128 MB, but 2 to 1,000. */
export const partitionCount = (bytes: number): number =>
  Math.min(MAX_PARTS, Math.max(MIN_PARTS, Math.ceil(bytes / PARTITION_BYTES)));

/**
 * Begins a run: writes its record, acquires the lease and cuts the members into partitions. A repeated attempt gives the same parts.
 * @throws Error naming the run that is under way instead; for a date that is none or in the future; StoreError
 */
export async function planRun(
  { store, records, find, membersBytes, isRebuilding, today }: PlanDeps,
  task: PlanTask,
): Promise<Plan> {
  const { runId, by: startedBy = 'schedule' } = task;
  await records.create({ runId, asOf: parseRunDate(task.asOf, today()), startedBy });
  // Of an attempt before: the date must not change because midnight came in between.
  const asOf = (await find(runId))?.asOf ?? today();
  const other = await acquireRunLease(records, find, runId);
  if (other !== undefined) {
    const error = new Error(
      `The nightly run ${other.runId}${other.record === undefined ? '' : `, as of ${other.record.asOf},`} is under way, ` +
        'and there is one at a time. Start this one again when that has ended.',
    );
    await records.recordFailure(runId, 'plan', describeError(error));
    throw error;
  }
  return runStep(records, { runId, step: 'plan' }, async () => {
    const planned = await findPlan(store, runId);
    if (planned !== undefined) return toPlan(runId, planned);
    const rebuilding = await isRebuilding();
    const plan = { asOf, parts: partitionCount(await membersBytes()), ...(rebuilding && { rebuilding }) };
    await writePlan(store, runId, plan);
    return toPlan(runId, plan);
  });
}

const toPlan = (runId: string, { asOf, parts: of }: PlanFile): Plan => ({
  runId,
  asOf,
  parts: Array.from({ length: of }, (_, part) => ({ runId, asOf, part, of })),
});
