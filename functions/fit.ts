import { runStep } from '#lib/pipeline/run/run-step.ts';
import { runRecords } from '#lib/pipeline/run/runs-table.ts';
import { type TrainingTask, trainingConfigFromEnv, trainModel } from '#lib/pipeline/train.ts';

import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { log, runIds, withLogContext } from '#lib/platform/log.ts';
import { s3Objects } from '#lib/platform/s3.ts';

const records = runRecords(dynamoDb(process.env), required(process.env, 'CONTROL_TABLE'), Date.now);
const store = s3Objects(process.env, required(process.env, 'DATA_BUCKET'));
const config = trainingConfigFromEnv(process.env);

export const handler = withLogContext(
  'fit',
  runIds,
  async (task: TrainingTask): Promise<Record<string, never>> => {
    const step = { runId: task.runId, step: `fit-${task.kind}` } as const;
    const { status, version } = await runStep(records, step, () => trainModel(store, task, config));
    log('info', 'model fitted', { ...task, status, modelVersion: version });
    return {};
  },
);
