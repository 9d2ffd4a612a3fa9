import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { ApiError } from '#lib/platform/errors.ts';
import { rebuildMember } from '#lib/rebuilds/rebuild-view.ts';

/** The outcome of a rebuild: what was found, or that it runs, or has to wait, in the background. */
export type RebuildOutcome = { events: number; repaired: number } | 'later' | 'busy';

/** Rebuilds a member. @returns the outcome as the address of the page that shows it carries it */
export async function requestRebuild(...args: Parameters<typeof rebuildMember>): Promise<string> {
  try {
    const result = await rebuildMember(...args);
    if (result === undefined) throw new ConsoleError(404, 'notFound');
    return 'recountId' in result ? 'later' : `${result.events}.${result.itemsRepaired}`;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'recount_in_progress') return 'busy';
    throw error;
  }
}

/** The outcome in an address; undefined when nothing was rebuilt. */
export function parseRebuildOutcome(text: string): RebuildOutcome | undefined {
  if (text === 'later' || text === 'busy') return text;
  const counts = /^(\d{1,9})\.(\d{1,9})$/.exec(text);
  return counts === null ? undefined : { events: Number(counts[1]), repaired: Number(counts[2]) };
}
