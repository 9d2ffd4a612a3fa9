import { reasonOf } from '#lib/platform/jobs.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { findPlan, type PlanFile, writePlan } from './plan-file.ts';
import { claimRun } from './run/claim-run.ts';
import { runDate } from './run/run-date.ts';
import type { FindRun } from './run/run-reader-table.ts';
import { runStep } from './run/run-step.ts';
import type { RunRecords } from './run/runs-table.ts';

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

export interface PlanSources {
  store: ObjectStore;
  records: RunRecords;
  find: FindRun;
  membersBytes: () => Promise<number>;
  /** today's date in the business's time zone */
  today: () => string;
}

/** What one function scans in about half a minute. */
const PART_BYTES = 128 * 1024 * 1024;
const FEWEST_PARTS = 2;
const MOST_PARTS = 1_000;

/** How many parts a table of members is read in: one for each 128 MB, but 2 to 1,000. */
export const partsFor = (bytes: number): number =>
  Math.min(MOST_PARTS, Math.max(FEWEST_PARTS, Math.ceil(bytes / PART_BYTES)));

/**
 * Begins a run: writes its record, takes the turn and cuts the members into parts. A repeated attempt gives the same parts.
 * @throws Error naming the run that is under way instead; for a date that is none or in the future; StoreError
 */
export async function planRun(
  { store, records, find, membersBytes, today }: PlanSources,
  task: PlanTask,
): Promise<Plan> {
  const { runId, by: startedBy = 'schedule' } = task;
  await records.create({ runId, asOf: runDate(task.asOf, today()), startedBy });
  // Of an attempt before: the date must not change because midnight came in between.
  const asOf = (await find(runId))?.asOf ?? today();
  const other = await claimRun(records, find, runId);
  if (other !== undefined) {
    const error = new Error(
      `The nightly run ${other.runId}${other.record === undefined ? '' : `, as of ${other.record.asOf},`} is under way, ` +
        'and there is one at a time. Start this one again when that has ended.',
    );
    await records.fault(runId, 'plan', reasonOf(error));
    throw error;
  }
  return runStep(records, { runId, step: 'plan' }, async () => {
    const planned = await findPlan(store, runId);
    if (planned !== undefined) return withParts(runId, planned);
    const plan = { asOf, parts: partsFor(await membersBytes()) };
    await writePlan(store, runId, plan);
    return withParts(runId, plan);
  });
}

const withParts = (runId: string, { asOf, parts: of }: PlanFile): Plan => ({
  runId,
  asOf,
  parts: Array.from({ length: of }, (_, part) => ({ runId, asOf, part, of })),
});
