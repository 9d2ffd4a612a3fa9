import { allImports } from '#lib/imports/jobs/imports-table.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { isRebuildingReader } from '#lib/members/counted-rules-table.ts';
import { deployedCurrentModelsFile } from '#lib/models/registry/current-models-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { s3Objects } from '#lib/platform/s3.ts';
import { failuresQueueLength } from './failures-queue.ts';
import type { PublishDeps } from './publish.ts';
import { findRun, runRecords } from './run/runs-table.ts';

// Nobody waits for the nightly run: the lease of a dead process expires sooner.
const LEASE_WAIT_MS = 60_000;

/** What publishing works with. @throws Error naming the variable that is missing or wrong */
export function publishDeps(env: Env): PublishDeps {
  const client = dynamoDb(env);
  const control = required(env, 'CONTROL_TABLE');
  const store = s3Objects(env, required(env, 'DATA_BUCKET'));
  const rules = countingRulesFromEnv(env);
  return {
    store,
    records: runRecords(client, control, Date.now),
    find: findRun(client, control),
    current: deployedCurrentModelsFile(client, control, store, LEASE_WAIT_MS),
    imports: () => allImports(client, control),
    deadLetters: failuresQueueLength(env),
    isRebuilding: isRebuildingReader(client, control, rules),
    timeZone: rules.calendar.timeZone,
    currency: rules.currency,
  };
}
