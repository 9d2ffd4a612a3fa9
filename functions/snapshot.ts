import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { feedbackTexts } from '#lib/pipeline/feedback-table.ts';
import { scanMembers } from '#lib/pipeline/members-table.ts';
import { runStep } from '#lib/pipeline/run/run-step.ts';
import { runRecords } from '#lib/pipeline/run/runs-table.ts';
import { type SnapshotTask, takeSnapshot } from '#lib/pipeline/snapshot.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { log, runIds, withLogContext } from '#lib/platform/log.ts';
import { s3Objects } from '#lib/platform/s3.ts';

const client = dynamoDb(process.env);
const records = runRecords(client, required(process.env, 'CONTROL_TABLE'), Date.now);
const deps: Parameters<typeof takeSnapshot>[0] = {
  store: s3Objects(process.env, required(process.env, 'DATA_BUCKET')),
  members: scanMembers(client, required(process.env, 'MEMBERS_TABLE')),
  texts: feedbackTexts(client, required(process.env, 'EVENTS_TABLE'), countingRulesFromEnv(process.env)),
};

export const handler = withLogContext(
  'snapshot',
  runIds,
  async (task: SnapshotTask): Promise<Record<string, never>> => {
    const taken = await runStep(records, { ...task, step: 'snapshot' }, () => takeSnapshot(deps, task));
    log(taken.damaged > 0 ? 'warn' : 'info', 'snapshot taken', { ...task, ...taken });
    return {};
  },
);
