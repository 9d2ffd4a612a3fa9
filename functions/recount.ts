import type { Context } from 'aws-lambda';
import { log, withLogContext } from '#lib/platform/log.ts';
import { type PartTask, rebuildPart } from '#lib/rebuilds/rebuild-part.ts';
import { createRebuildPartDeps } from '#lib/rebuilds/rebuild-part-table.ts';

/** Left for what has begun when the time is nearly over. */
const LAST_MS = 60_000;

const deps = createRebuildPartDeps(process.env);

export const handler = withLogContext(
  'recount',
  ({ recountId, part }: PartTask) => ({ recountId, part }),
  async (task: PartTask, context: Context): Promise<PartTask & { done: boolean }> => {
    const isOutOfTime = (): boolean => context.getRemainingTimeInMillis() < LAST_MS;
    const result = await rebuildPart(task, { ...deps, isOutOfTime });
    log('info', 'members recounted', { ...result });
    return result;
  },
);
