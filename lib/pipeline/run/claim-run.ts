import type { FindRun, RunRecord, RunRecords } from './run-record.ts';

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
