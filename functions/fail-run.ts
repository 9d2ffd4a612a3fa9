import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { type FailTask, failRun } from '#lib/pipeline/run/run-step.ts';
import { findRun, runRecords } from '#lib/pipeline/run/runs-table.ts';

import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { log, runIds, withLogContext } from '#lib/platform/log.ts';

const client = dynamoDb(process.env);
const control = required(process.env, 'CONTROL_TABLE');
const records = { ...runRecords(client, control, Date.now), find: findRun(client, control) };
const { calendar } = countingRulesFromEnv(process.env);

export const handler = withLogContext(
  'fail-run',
  runIds,
  async (task: FailTask): Promise<Record<string, never>> => {
    const failure = await failRun(records, task, calendar.dateAt(Date.now()));
    log('error', 'nightly run failed', failure);
    return {};
  },
);
