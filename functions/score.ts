import { runStep } from '#lib/pipeline/run/run-step.ts';
import { runRecords } from '#lib/pipeline/run/runs-table.ts';
import { type ScoringTask, scorePartition } from '#lib/pipeline/score.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { log, runIds, withLogContext } from '#lib/platform/log.ts';
import { s3Objects } from '#lib/platform/s3.ts';

const records = runRecords(dynamoDb(process.env), required(process.env, 'CONTROL_TABLE'), Date.now);
const store = s3Objects(process.env, required(process.env, 'DATA_BUCKET'));

export const handler = withLogContext(
  'score',
  runIds,
  async (task: ScoringTask): Promise<Record<string, never>> => {
    const members = await runStep(records, { ...task, step: 'score' }, () => scorePartition(store, task));
    log('info', 'members scored', { ...task, members });
    return {};
  },
);
