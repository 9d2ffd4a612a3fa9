import { RebuildTooLong } from '#lib/members/rebuild-too-long.ts';
import type { MemberReader, RebuildResult } from '#lib/scoring/live/view.ts';
import type { Rebuilds, RebuildView } from './rebuild-view.ts';

/**
 * Counts one member anew: at once, or for one with too many events as a job that goes on without who asked.
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
