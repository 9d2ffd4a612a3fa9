import { RebuildTooLong } from '#lib/members/rebuild-on-read.ts';
import type { MemberReader, RebuildResult } from '#lib/scoring/live/member-view.ts';

/** Which members and days a job rebuilds. */
export interface RebuildScope {
  /** ids of members; all members without it */
  members?: readonly string[] | undefined;
  /** the first and the last day (YYYY-MM-DD); without either, all days, profiles and links */
  from?: string | undefined;
  to?: string | undefined;
}

/** An item that differed from the log, and was put right. */
interface RebuildExample {
  userId: string;
  sk: string;
}

/** What a job has found so far. */
export interface RebuildTotals {
  membersChecked: number;
  /** members with an item that differed */
  membersDiffering: number;
  /** members that could not be counted: what is stored of them is refused */
  membersFailed: number;
  itemsRepaired: number;
  /** those of them to which counting may just not have come yet */
  itemsRecent: number;
  /** items of the log that are no events that can be read */
  unreadableEvents: number;
  /** some of the items that were repaired and not recent */
  examples: RebuildExample[];
}

/** One job, as `GET /v1/recounts/{recountId}` answers it. */
export interface RebuildView extends RebuildTotals {
  recountId: string;
  state: 'running' | 'done' | 'failed';
  scope: {
    /** how many members were named; absent of a job over all members */
    members?: number;
    from?: string;
    to?: string;
  };
  /** version of the counting rules; absent of a job over some members or days */
  rules?: string;
  /** the id of the key that asked for it, or `schedule` */
  startedBy: string;
  startedAt: string;
  endedAt?: string;
  parts: { done: number; of: number };
  /** why it stopped */
  error?: string;
}

/** Jobs that rebuild members. All methods throw StoreError. */
export interface Rebuilds {
  /** @throws ApiError 409 `recount_in_progress` naming the one that is under way */
  start(scope: RebuildScope & { by: string }): Promise<RebuildView>;
  /**
   * Lets a job that stopped go on where it was; undefined when there is none of this id.
   * @throws ApiError 409 `recount_in_progress`, or `recount_done` when nothing is left to do
   */
  resume(recountId: string): Promise<RebuildView | undefined>;
  get(recountId: string): Promise<RebuildView | undefined>;
  /** newest first, at most 50 */
  list(): Promise<RebuildView[]>;
}

export const MAX_EXAMPLES = 100;

export const emptyTotals = (): RebuildTotals => ({
  membersChecked: 0,
  membersDiffering: 0,
  membersFailed: 0,
  itemsRepaired: 0,
  itemsRecent: 0,
  unreadableEvents: 0,
  examples: [],
});

/**
 * Rebuilds one member: at once, or for one with too many events as a job that goes on without who asked.
 * @param by the id of the key that asked
 * @returns undefined for an unknown member
 * @throws ApiError 409 `recount_in_progress` when it takes a job, and another is under way
 */
export async function rebuildMember(
  userId: string,
  by: string,
  { members, recounts }: { members: Pick<MemberReader, 'rebuild'>; recounts: Pick<Rebuilds, 'start'> },
): Promise<RebuildResult | RebuildView | undefined> {
  try {
    return await members.rebuild(userId);
  } catch (error) {
    if (!(error instanceof RebuildTooLong)) throw error;
    return recounts.start({ members: [userId], by });
  }
}
