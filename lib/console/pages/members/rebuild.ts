import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { ApiError } from '#lib/platform/errors.ts';
import { rebuildMember } from '#lib/rebuilds/rebuild-member.ts';

/** What came of counting a member again: what was found, or that it goes on, or has to wait, in the background. */
export type Rebuilt = { events: number; repaired: number } | 'later' | 'busy';

/** Counts a member again. @returns what came of it, for the address of the page that tells it */
export async function rebuilt(...asked: Parameters<typeof rebuildMember>): Promise<string> {
  try {
    const result = await rebuildMember(...asked);
    if (result === undefined) throw new ConsoleError(404, 'notFound');
    return 'recountId' in result ? 'later' : `${result.events}.${result.itemsRepaired}`;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'recount_in_progress') return 'busy';
    throw error;
  }
}

/** Reads it from the address again; undefined when nothing was rebuilt. */
export function readRebuilt(text: string): Rebuilt | undefined {
  if (text === 'later' || text === 'busy') return text;
  const counts = /^(\d{1,9})\.(\d{1,9})$/.exec(text);
  return counts === null ? undefined : { events: Number(counts[1]), repaired: Number(counts[2]) };
}
