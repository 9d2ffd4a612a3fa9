import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Env } from '#lib/platform/env.ts';
import { executions } from '#lib/platform/step-functions.ts';
import type { Runs } from './run-record.ts';
import { pipelineRuns } from './runs.ts';
import { allRuns, findRun, runRecords } from './runs-table.ts';

/**
 * The nightly runs of a deployment.
 * @param today today's date in the business's time zone
 * @throws Error naming the variable that is missing
 */
export const pipelineRunsFromEnv = (
  env: Env,
  client: DynamoDBClient,
  control: string,
  today: () => string,
): Runs =>
  pipelineRuns({
    records: runRecords(client, control, Date.now),
    find: findRun(client, control),
    all: () => allRuns(client, control),
    executions: executions(env, 'NIGHT_ARN'),
    now: Date.now,
    today,
    randomBytes,
  });
