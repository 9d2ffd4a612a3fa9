import { reasonCaught } from '#lib/platform/jobs.ts';
import type { FindRun } from './run-reader-table.ts';
import { stepAtWork } from './run-record.ts';
import { STEPS, type StepName } from './run-view.ts';
import type { RunRecords } from './runs-table.ts';

export interface FailTask {
  runId: string;
  /** the state that failed; `fit` for one of the fits */
  step: string;
  error: { Error?: string; Cause?: string };
}

/**
 * Ends a run that has failed: says which step and why, and gives the turn back. What a step said of itself is worth more
 * than what the state machine caught, which of a map or of parallel branches is only that one of them failed.
 * @param today date for a run that failed before it had one
 * @returns what is told to operators
 */
export async function failRun(
  { fail, find }: Pick<RunRecords, 'fail'> & { find: FindRun },
  { runId, step, error }: FailTask,
  today: string,
): Promise<{ step: StepName; message: string }> {
  const record = await find(runId);
  const failed = isStep(step) ? step : stepAtWork({ steps: record?.steps ?? {} });
  const message = record?.steps[failed]?.fault ?? reasonCaught(error);
  await fail(runId, failed, message, today);
  return { step: failed, message };
}

const isStep = (name: string): name is StepName => (STEPS as readonly string[]).includes(name);
