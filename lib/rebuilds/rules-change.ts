import { findUnfinishedChange, type RulesRecord, type UnfinishedChange } from '#lib/members/counted-rules.ts';
import type { CountedRulesStore } from '#lib/members/counted-rules-table.ts';
import { ApiError } from '#lib/platform/errors.ts';
import { countPartsDone, type PartRecord, type RebuildRecord } from './rebuild-record.ts';
import type { Rebuilds, RebuildView } from './rebuild-view.ts';

/**
 * Calls that began before a deploy count by the rules before it, and may go on for as long as a function may run. What they
 * write after a rebuild has passed a member would stay; so all members are counted only when none is left.
 */
export const SETTLE_MS = 15 * 60_000;

export interface RulesChangeDeps {
  /** the rules of this deployment */
  rules: RulesRecord;
  counted: CountedRulesStore;
  rebuilds: Pick<Rebuilds, 'start' | 'resume' | 'list'>;
  /** whether neither an event nor a member is there yet */
  isEmpty: () => Promise<boolean>;
  /** milliseconds since 1970 */
  now: () => number;
  /** how long calls of the deployment before may go on; `SETTLE_MS` on AWS */
  settleMs: number;
}

/** `settling`: calls by the rules before may still go on; `blocked`: another job is under way. */
export type RulesChangeState = 'counted' | 'settling' | 'running' | 'started' | 'resumed' | 'blocked';

/**
 * Sees to it that all members are counted by the rules of this deployment: starts the job that does, lets one go on that
 * stopped, and notes when one is through. To be called now and then; a community without members needs no job.
 * @throws StoreError
 */
export async function rebuildAfterChange({
  rules,
  counted,
  rebuilds,
  isEmpty,
  now,
  settleMs,
}: RulesChangeDeps): Promise<RulesChangeState> {
  const { since, countedAt } = await counted.notice(rules);
  if (countedAt !== undefined) return 'counted';
  const settledAt = since + settleMs;
  if (await isEmpty()) {
    await counted.markCounted(rules);
    return 'counted';
  }
  if (now() < settledAt) return 'settling';
  const job = findRebuild(await rebuilds.list(), rules, settledAt);
  if (job?.state === 'running') return 'running';
  if (job?.state === 'done') {
    await counted.markCounted(rules);
    return 'counted';
  }
  try {
    if (job === undefined) await rebuilds.start({ by: 'schedule' });
    else await rebuilds.resume(job.recountId);
  } catch (error) {
    if (error instanceof ApiError) return 'blocked';
    throw error;
  }
  return job === undefined ? 'started' : 'resumed';
}

/**
 * Notes that all members are counted by the rules of this deployment, if a job has come to its end that began late enough.
 * Whoever ends its last part knows first; `rebuildAfterChange` notes it otherwise, up to twenty minutes later.
 * @throws StoreError
 */
export async function markIfCounted(
  job: RebuildRecord,
  parts: readonly PartRecord[],
  { rules, counted, settleMs }: Pick<RulesChangeDeps, 'rules' | 'counted' | 'settleMs'>,
): Promise<void> {
  if (job.rules !== rules.version || countPartsDone(parts) < job.of) return;
  const known = await counted.read();
  if (known?.rules.version === rules.version && job.startedAt >= known.since + settleMs)
    await counted.markCounted(rules);
}

/** The newest job that counts all members by these rules and began at this time or later. */
const findRebuild = (
  jobs: readonly RebuildView[],
  { version }: RulesRecord,
  from: number,
): RebuildView | undefined =>
  jobs.find(({ rules, startedAt }) => rules === version && Date.parse(startedAt) >= from);

/** What is said beside all figures while members are being counted by other rules than before. */
export interface CountingNotice extends UnfinishedChange {
  rebuilding: true;
  /** the job that counts them; undefined before it has begun */
  rebuildId?: string;
  /** members that it has counted so far */
  membersChecked?: number;
  /** why it stopped; it goes on by itself */
  error?: string;
}

/**
 * Tells whether figures rest on all members counted by the rules of now.
 * @returns undefined when they do, also in the minutes before the next check notes it
 * @throws StoreError
 */
export async function readCountingNotice({
  rules,
  counted,
  rebuilds,
  settleMs,
}: Pick<RulesChangeDeps, 'rules' | 'counted' | 'settleMs'> & {
  rebuilds: Pick<Rebuilds, 'list'>;
}): Promise<CountingNotice | undefined> {
  const known = await counted.read();
  const change = findUnfinishedChange(known, rules);
  if (change === undefined) return undefined;
  const isNoticed = known?.rules.version === rules.version;
  const job = isNoticed ? findRebuild(await rebuilds.list(), rules, known.since + settleMs) : undefined;
  if (job?.state === 'done') return undefined;
  return {
    rebuilding: true,
    ...change,
    ...(job && { rebuildId: job.recountId, membersChecked: job.membersChecked }),
    ...(job?.error !== undefined && { error: job.error }),
  };
}
