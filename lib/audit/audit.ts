import type { MemberRecount } from '#lib/members/recount-member.ts';
import type { AuditCandidates } from './candidates.ts';

/** What comparing members with the log found. What differed was counted anew at once. */
export interface AuditResult {
  /** members to be compared, and how many of them were */
  chosen: number;
  checked: number;
  /** members of whom something was wrong for which no event of the last minutes is the reason, and their items */
  differing: number;
  items: number;
  /** items of the log that do not read */
  unreadable: number;
  /** ids of some of the members that differed */
  examples: string[];
}

export interface AuditDeps {
  /** counts a member anew; undefined for an id of which nothing is known */
  recount: (userId: string) => Promise<MemberRecount | undefined>;
  /** the member behind another in the order in which the log is stored, whether or not anything is counted of them */
  next: (userId: string) => Promise<string | undefined>;
  /** members whose records counting had to give up */
  uncounted: () => Promise<readonly string[]>;
  /** those were compared with the log, and are right now */
  settled: (userIds: readonly string[]) => Promise<void>;
  isOutOfTime: () => boolean;
  /** told of a member that could not be compared */
  onFailure: (error: unknown) => void;
}

const AT_ONCE = 8;
const MOST_EXAMPLES = 20;
/** How many of those chosen by chance lead to the member behind them in the log. */
const NEIGHBOURS = 100;

/**
 * Compares chosen members with the log, and counts anew what differs: those whose records were given up first, then those
 * that do not read, the most active ones, and those chosen by chance. A member that fails costs nobody else.
 */
export async function audit(candidates: AuditCandidates, deps: AuditDeps): Promise<AuditResult> {
  const uncounted = await deps.uncounted();
  const byChance = candidates.byChance.map(({ userId }) => userId);
  // Who lacks all items is on no list of members; the log knows them.
  const behind = await Promise.all(byChance.slice(0, NEIGHBOURS).map((userId) => deps.next(userId)));
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
  const left = chosen.values();
  const worker = async (): Promise<void> => {
    for (const userId of left) {
      if (deps.isOutOfTime()) return;
      try {
        note(result, userId, await deps.recount(userId));
        right.add(userId);
      } catch (error) {
        deps.onFailure(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await deps.settled(uncounted.filter((userId) => right.has(userId)));
  return result;
}

function note(result: AuditResult, userId: string, found: MemberRecount | undefined): void {
  result.checked += 1;
  if (found === undefined) return;
  result.unreadable += found.unreadable;
  const wrong = found.repaired.filter(({ recent }) => !recent).length;
  if (wrong === 0) return;
  result.differing += 1;
  result.items += wrong;
  if (result.examples.length < MOST_EXAMPLES) result.examples.push(userId);
}
