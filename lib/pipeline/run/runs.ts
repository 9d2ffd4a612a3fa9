import { ApiError } from '#lib/platform/errors.ts';
import { describeError } from '#lib/platform/jobs.ts';
import { shortId } from '#lib/platform/short-id.ts';
import type { Executions } from '#lib/platform/step-functions.ts';
import { acquireRunLease } from './claim-run.ts';
import { parseRunDate } from './run-date.ts';
import { currentStep, type FindRun, type RunRecord, type RunRecords, runView } from './run-record.ts';
import type { Runs } from './run-view.ts';

export interface RunsDeps {
  records: RunRecords;
  find: FindRun;
  /** newest first */
  all: () => Promise<RunRecord[]>;
  executions: Executions;
  /** milliseconds since 1970 */
  now: () => number;
  /** today's date in the business's time zone */
  today: () => string;
  randomBytes: (size: number) => Uint8Array;
}

const MAX_LISTED = 50;
/** A run that was heard of so lately is at work; its execution may not even have begun. */
const STARTUP_GRACE_MS = 2 * 60_000;
const STOPPED_MESSAGE =
  'The execution of this run was stopped from outside (somebody aborted it, or the machine it ran on went down). Start a new run.';

/** Nightly runs, started through the state machine. */
export function pipelineRuns({ records, find, all, executions, now, today, randomBytes }: RunsDeps): Runs {
  /** Whether a run that says it is under way is not any more. */
  async function hasStopped({ runId, heardAt }: RunRecord): Promise<boolean> {
    if (heardAt + STARTUP_GRACE_MS > now()) return false;
    return !(await executions.isRunning(runId));
  }

  /** The record, after making sure that who is under way there really is. */
  async function settled(record: RunRecord): Promise<RunRecord> {
    if (record.state !== 'running' || !(await hasStopped(record))) return record;
    // It may have come to its end while we were asking.
    await records.fail(record.runId, currentStep(record), STOPPED_MESSAGE, record.asOf);
    return (await find(record.runId)) ?? record;
  }

  return {
    async start({ asOf: requested, by }) {
      const asOf = parseRunDate(requested, today());
      const runId = `${today()}-${shortId(randomBytes(6))}`;
      const other = await acquireRunLease(
        records,
        find,
        runId,
        async (record) => (await settled(record)).state !== 'running',
      );
      if (other !== undefined) throw runInProgress(other.runId, other.record);
      try {
        await records.create({ runId, asOf, startedBy: by });
        await executions.start(runId, { asOf, by });
      } catch (cause) {
        await records.fail(runId, 'plan', `It could not be started: ${describeError(cause)}`, asOf);
        throw cause;
      }
      const record = await find(runId);
      if (record === undefined) throw new Error(`the record of run ${runId} is gone`);
      return runView(record, now());
    },

    async get(runId) {
      const record = await find(runId);
      return record && runView(await settled(record), now());
    },

    async list() {
      const newest = (await all()).slice(0, MAX_LISTED);
      return newest.map((record) => runView(record, now()));
    },
  };
}

function runInProgress(runId: string, record: RunRecord | undefined): ApiError {
  const since =
    record === undefined ? '' : `, as of ${record.asOf}, since ${new Date(record.startedAt).toISOString()}`;
  return new ApiError(
    409,
    'run_in_progress',
    `The run ${runId} is under way${since}. There is one at a time: GET /v1/runs/${runId} tells how far it is.`,
  );
}
