import type { MemberRecount } from '#lib/members/recount-member.ts';
import { parseRunFile } from '#lib/platform/artefact.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { type AuditResult, auditResult } from '#lib/reports/report.ts';
import { type AuditCandidates, auditCandidates, mergeCandidates } from './candidates.ts';

export interface AuditDeps {
  /** rebuilds a member; undefined for an unknown id */
  recount: (userId: string) => Promise<MemberRecount | undefined>;
  /** the member behind another in the order in which the log is stored, whether or not anything is counted of them */
  findNextMember: (userId: string) => Promise<string | undefined>;
  /** members whose records counting had to give up */
  listUncounted: () => Promise<readonly string[]>;
  /** those were compared with the log, and are right now */
  markCompared: (userIds: readonly string[]) => Promise<void>;
  /** not all members are counted by the rules of now: that some differ is no fault */
  isRebuilding: boolean;
  isOutOfTime: () => boolean;
  /** called with a member that could not be compared */
  onFailure: (error: unknown) => void;
}

const CONCURRENCY = 8;
const MAX_EXAMPLES = 20;
/** How many of those chosen by chance lead to the member behind them in the log. */
const NEIGHBOURS = 100;

/**
 * Compares chosen members with the log, and rebuilds what differs: those whose records were given up first, then those
 * that do not read, the most active ones, and those chosen by chance. A member that fails costs nobody else.
 */
export async function audit(candidates: AuditCandidates, deps: AuditDeps): Promise<AuditResult> {
  const uncounted = await deps.listUncounted();
  const byChance = candidates.byChance.map(({ userId }) => userId);
  // Who lacks all items is on no list of members; the log knows them.
  const behind = await Promise.all(
    byChance.slice(0, NEIGHBOURS).map((userId) => deps.findNextMember(userId)),
  );
  const chosen = new Set([
    ...uncounted,
    ...candidates.damaged,
    ...candidates.mostActive.map(({ userId }) => userId),
    ...behind.filter((userId) => userId !== undefined),
    ...byChance,
  ]);
  const result: AuditResult = {
    chosen: chosen.size,
    checked: 0,
    differing: 0,
    items: 0,
    unreadable: 0,
    examples: [],
  };
  const right = new Set<string>();
  await forEachConcurrently(chosen, CONCURRENCY, async (userId) => {
    if (deps.isOutOfTime()) return;
    try {
      recordFinding(result, userId, await deps.recount(userId), deps.isRebuilding);
      right.add(userId);
    } catch (error) {
      deps.onFailure(error);
    }
  });
  await deps.markCompared(uncounted.filter((userId) => right.has(userId)));
  return result;
}

function recordFinding(
  result: AuditResult,
  userId: string,
  found: MemberRecount | undefined,
  isRebuilding: boolean,
): void {
  result.checked += 1;
  if (found === undefined) return;
  result.unreadable += found.unreadable;
  if (isRebuilding) return;
  const wrong = found.repaired.filter(({ recent }) => !recent).length;
  if (wrong === 0) return;
  result.differing += 1;
  result.items += wrong;
  if (result.examples.length < MAX_EXAMPLES) result.examples.push(userId);
}

// Below the prefix of what a run stages, so that it goes with the rest after 30 days.
const candidatesKey = (runId: string, part: number): string => `runs/${runId}/audit/candidates-${part}.json`;
const resultKey = (runId: string): string => `runs/${runId}/audit/result.json`;

export const writeCandidates = (
  store: ObjectStore,
  runId: string,
  part: number,
  candidates: AuditCandidates,
): Promise<void> => store.put(candidatesKey(runId, part), JSON.stringify(candidates), 'application/json');

/** The candidates of all parts of a run. @throws Error naming the object when one does not read; StoreError */
export async function readCandidates(
  store: ObjectStore,
  runId: string,
  parts: number,
): Promise<AuditCandidates> {
  const all: AuditCandidates[] = [];
  for (let part = 0; part < parts; part += 1) {
    const key = candidatesKey(runId, part);
    const stored = await store.get(key);
    if (stored !== undefined) all.push(parseRunFile(auditCandidates(), key, stored.body));
  }
  return mergeCandidates(all);
}

export const writeResult = (store: ObjectStore, runId: string, result: AuditResult): Promise<void> =>
  store.put(resultKey(runId), JSON.stringify(result), 'application/json');

/**
 * What a run's audit found; undefined when it did not come to its end.
 * @throws Error naming the object when it does not read; StoreError
 */
export async function readResult(store: ObjectStore, runId: string): Promise<AuditResult | undefined> {
  const stored = await store.get(resultKey(runId));
  return stored && parseRunFile(auditResult(), resultKey(runId), stored.body);
}
