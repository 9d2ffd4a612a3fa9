import { describeError } from '#lib/platform/jobs.ts';
import type { RunRecords } from './run-record.ts';
import type { StepName } from './run-view.ts';

/** A step of a run, or one of its parts. */
export interface StepTask {
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
