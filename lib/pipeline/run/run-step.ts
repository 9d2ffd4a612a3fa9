import { describeError, describeStateError } from '#lib/platform/jobs.ts';
import { currentStep, type FindRun, type RunRecords, STEPS, type StepName } from './run-record.ts';

/** A step of a run, or one of its parts. */
interface StepTask {
  runId: string;
  step: StepName;
  /** of a step in parts: which one, and how many there are */
  part?: number;
  of?: number;
}

/**
 * Does a step's work, and says in the run's record that it has begun, and how it ended.
 * @throws what the work throws; the record has the reason then
 */
export async function runStep<T>(
  records: Pick<RunRecords, 'begin' | 'partDone' | 'end' | 'recordFailure'>,
  { runId, step, part, of }: StepTask,
  work: () => Promise<T>,
): Promise<T> {
  await records.begin(runId, step, of);
  try {
    const result = await work();
    await (part === undefined ? records.end(runId, step) : records.partDone(runId, step, part));
    return result;
  } catch (error) {
    // That the record cannot be written must not hide why the work failed.
    const place = part === undefined ? '' : `part ${part} of ${of ?? '?'}: `;
    await records.recordFailure(runId, step, place + describeError(error), part).catch(() => {});
    throw error;
  }
}

export interface FailTask {
  runId: string;
  /** the state that failed; `fit` for one of the fits */
  step: string;
  error: { Error?: string; Cause?: string };
}

/**
 * Ends a run that has failed: records which step and why, and releases the lease. What a step recorded is worth more
 * than what the state machine caught, which of a map or of parallel branches is only that one of them failed.
 * @param today date for a run that failed before it had one
 * @returns what operators are shown
 */
export async function failRun(
  { fail, find }: Pick<RunRecords, 'fail'> & { find: FindRun },
  { runId, step, error }: FailTask,
  today: string,
): Promise<{ step: StepName; message: string }> {
  const record = await find(runId);
  const failed = isStep(step) ? step : currentStep({ steps: record?.steps ?? {} });
  const message = record?.steps[failed]?.failure ?? describeStateError(error);
  await fail(runId, failed, message, today);
  return { step: failed, message };
}

const isStep = (name: string): name is StepName => (STEPS as readonly string[]).includes(name);
