import { ApiError } from '#lib/platform/errors.ts';
import { describeError, shortId } from '#lib/platform/jobs.ts';
import type { Executions } from '#lib/platform/step-functions.ts';
import {
  currentStep,
  type FindRun,
  type RunRecord,
  type RunRecords,
  type Runs,
  runView,
} from './run-record.ts';

interface RunsDeps {
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
    `The run ${runId} is under way${since}. There is one at a time: GET /v1/runs/${runId} shows how far it is.`,
  );
}

/**
 * Acquires the lease for this run, unless another is under way.
 * @param hasStopped whether a run whose record says that it is under way is not, as far as others know
 * @returns the run that is under way instead; undefined when this run holds the lease
 */
export async function acquireRunLease(
  records: Pick<RunRecords, 'acquireLease' | 'releaseLease'>,
  find: FindRun,
  runId: string,
  hasStopped: (record: RunRecord) => Promise<boolean> = async () => false,
): Promise<{ runId: string; record: RunRecord | undefined } | undefined> {
  const holder = await records.acquireLease(runId);
  if (holder === runId) return undefined;
  const record = await find(holder);
  // Whoever ended it did not come to release the lease.
  if (record !== undefined && (record.state !== 'running' || (await hasStopped(record)))) {
    await records.releaseLease(holder);
    const next = await records.acquireLease(runId);
    return next === runId ? undefined : { runId: next, record: await find(next) };
  }
  return { runId: holder, record };
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The date a run is as of.
 * @param asOf YYYY-MM-DD; today when there is none
 * @param today in the business's time zone
 * @throws ApiError 400 `date_invalid`, `date_in_future`
 */
export function parseRunDate(asOf: string | undefined, today: string): string {
  if (asOf === undefined) return today;
  const ms = DATE.test(asOf) ? Date.parse(asOf) : Number.NaN;
  // 2026-02-30 is read as a day of March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== asOf)
    throw new ApiError(400, 'date_invalid', `"${asOf}" is no date: write it as YYYY-MM-DD.`);
  if (asOf > today)
    throw new ApiError(
      400,
      'date_in_future',
      `${asOf} is still to come. A run is as of today (${today}) or of a day before.`,
    );
  return asOf;
}
