import { type PublishTask, publishRun } from '#lib/pipeline/publish.ts';
import { publishDeps } from '#lib/pipeline/publish-deps-table.ts';
import { log, runIds, withLogContext } from '#lib/platform/log.ts';

const deps = publishDeps(process.env);

export const handler = withLogContext(
  'publish',
  runIds,
  async (task: PublishTask): Promise<Record<string, never>> => {
    log('info', 'run published', { ...task, ...(await publishRun(deps, task)) });
    return {};
  },
);
