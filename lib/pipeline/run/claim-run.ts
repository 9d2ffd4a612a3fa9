import type { FindRun } from './run-reader-table.ts';
import type { RunRecord } from './run-record.ts';
import type { RunRecords } from './runs-table.ts';

/**
 * Makes it this run's turn, unless another is under way.
 * @param hasStopped whether a run whose record says that it is under way is not, as far as others know
 * @returns the run that is under way instead; undefined when the turn is this run's
 */
export async function claimRun(
  records: Pick<RunRecords, 'takeTurn' | 'giveBackTurn'>,
  find: FindRun,
  runId: string,
  hasStopped: (record: RunRecord) => Promise<boolean> = async () => false,
): Promise<{ runId: string; record: RunRecord | undefined } | undefined> {
  const holder = await records.takeTurn(runId);
  if (holder === runId) return undefined;
  const record = await find(holder);
  // Whoever ended it did not come to give the turn back.
  if (record !== undefined && (record.state !== 'running' || (await hasStopped(record)))) {
    await records.giveBackTurn(holder);
    const next = await records.takeTurn(runId);
    return next === runId ? undefined : { runId: next, record: await find(next) };
  }
  return { runId: holder, record };
}
