import { type PublishTask, publishRun } from '#lib/pipeline/publish.ts';
import { publishDeps } from '#lib/pipeline/publish-deps-table.ts';
import { log } from '#lib/platform/log.ts';

const deps = publishDeps(process.env);

export async function handler(task: PublishTask): Promise<Record<string, never>> {
  log('info', 'run published', { ...task, ...(await publishRun(deps, task)) });
  return {};
}
