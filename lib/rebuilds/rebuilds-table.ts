import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CountingRules } from '#lib/members/contribution.ts';
import type { Env } from '#lib/platform/env.ts';
import { lease } from '#lib/platform/lease-table.ts';
import { executions } from '#lib/platform/step-functions.ts';
import { rebuildRecords } from './rebuild-records-table.ts';
import type { Rebuilds } from './rebuild-view.ts';
import { createRebuilds } from './rebuilds.ts';

/** Starting a job takes a few calls; who dies meanwhile holds up the next one for so long. */
const LEASE_MS = 60_000;

/**
 * The rebuilds of a deployment.
 * @throws Error naming the variable that is missing
 */
export const deployedRebuilds = (
  env: Env,
  client: DynamoDBClient,
  control: string,
  rules: CountingRules,
): Rebuilds =>
  createRebuilds({
    records: rebuildRecords(client, control, Date.now),
    lease: lease(client, control, 'recount', LEASE_MS, Date.now),
    executions: executions(env, 'RECOUNT_ARN'),
    now: Date.now,
    today: () => rules.calendar.dateAt(Date.now()),
    rules: rules.version,
    randomBytes,
  });
