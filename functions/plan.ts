import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { isRebuildingReader } from '#lib/members/counted-rules-table.ts';
import { tableBytes } from '#lib/pipeline/members-table.ts';
import { type Plan, type PlanTask, planRun } from '#lib/pipeline/plan.ts';
import { findRun, runRecords } from '#lib/pipeline/run/runs-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { runIds, withLogContext } from '#lib/platform/log.ts';
import { s3Objects } from '#lib/platform/s3.ts';

const client = dynamoDb(process.env);
const control = required(process.env, 'CONTROL_TABLE');
const members = required(process.env, 'MEMBERS_TABLE');
const rules = countingRulesFromEnv(process.env);
const deps: Parameters<typeof planRun>[0] = {
  store: s3Objects(process.env, required(process.env, 'DATA_BUCKET')),
  records: runRecords(client, control, Date.now),
  find: findRun(client, control),
  membersBytes: () => tableBytes(client, members),
  isRebuilding: isRebuildingReader(client, control, rules),
  today: () => rules.calendar.dateAt(Date.now()),
};

export const handler = withLogContext('plan', runIds, (task: PlanTask): Promise<Plan> => planRun(deps, task));
