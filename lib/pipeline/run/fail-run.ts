import { describeStateError } from '#lib/platform/jobs.ts';
import { currentStep, type FindRun, type RunRecords } from './run-record.ts';
import { STEPS, type StepName } from './run-view.ts';

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
