import type { Context } from 'aws-lambda';
import { log } from '#lib/platform/log.ts';
import { type PartTask, recountPart } from '#lib/rebuilds/rebuild-part.ts';
import { partDeps } from '#lib/rebuilds/rebuild-part-table.ts';

/** Left for what has begun when the time is nearly over. */
const LAST_MS = 60_000;

const deps = partDeps(process.env);

export async function handler(
  task: PartTask,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<PartTask & { done: boolean }> {
  const isOutOfTime = (): boolean => context.getRemainingTimeInMillis() < LAST_MS;
  const result = await recountPart(task, { ...deps, isOutOfTime });
  log('info', 'members recounted', { ...result });
  return result;
}
