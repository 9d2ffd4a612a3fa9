import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Env } from '#lib/platform/env.ts';
import { lease } from '#lib/platform/lease-table.ts';
import { executions } from '#lib/platform/step-functions.ts';
import { recountRecords } from './rebuild-records-table.ts';
import type { Recounts } from './rebuild-view.ts';
import { recountsOver } from './rebuilds.ts';

/** Starting a job takes a few calls; who dies meanwhile holds up the next one for so long. */
const TURN_MS = 60_000;

/**
 * The recounts of a deployment.
 * @param today today's date in the business's time zone
 * @throws Error naming the variable that is missing
 */
export const deployedRecounts = (
  env: Env,
  client: DynamoDBClient,
  control: string,
  today: () => string,
): Recounts =>
  recountsOver({
    records: recountRecords(client, control, Date.now),
    turn: lease(client, control, 'recount', TURN_MS, Date.now),
    executions: executions(env, 'RECOUNT_ARN'),
    now: Date.now,
    today,
    randomBytes,
  });
