import { randomBytes } from 'node:crypto';
import { ownerSecretVerifier } from '#lib/auth/keys/key-ring.ts';
import { keyRingFromTable } from '#lib/auth/keys/keys-table.ts';
import type { ApiDeps } from '#lib/http/app.ts';
import { importService } from '#lib/imports/jobs/import-service.ts';
import { importJobs } from '#lib/imports/jobs/imports-table.ts';
import { uploadsBucket } from '#lib/imports/jobs/uploads-bucket.ts';
import { sources } from '#lib/imports/presets/sources-table.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { deployedCurrentModelsFile } from '#lib/models/registry/current-models-table.ts';
import { modelRegistry } from '#lib/models/registry/model-registry.ts';
import { pipelineRunsFromEnv } from '#lib/pipeline/run/nightly-runs-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import { ownerSecretReader } from '#lib/platform/secrets-manager.ts';
import { deployedRebuilds } from '#lib/rebuilds/rebuilds-table.ts';
import { countingNoticeReader } from '#lib/rebuilds/rules-change-table.ts';
import { reportReader } from '#lib/reports/report-store.ts';
import { liveModels } from '#lib/scoring/live/live-models.ts';
import { memberReader, memberScoresFromTable } from '#lib/scoring/live/member-reader-table.ts';

// A request never waits this long: what a frozen function left open is given up and tried again.
const MODELS_TIMEOUT_MS = 2_000;

/** All that the API of a deployment works with, but for its documentation. @throws Error naming the variable that is wrong */
export function createApiDeps(env: Env): Omit<ApiDeps, 'docsAsset'> {
  const client = dynamoDb(env);
  const tables = {
    events: required(env, 'EVENTS_TABLE'),
    members: required(env, 'MEMBERS_TABLE'),
    control: required(env, 'CONTROL_TABLE'),
  };
  const now = Date.now;
  const rules = countingRulesFromEnv(env);
  const today = (): string => rules.calendar.dateAt(now());
  const data = presignedObjects(env, now);
  const live = liveModels({ store: presignedObjects(env, now, MODELS_TIMEOUT_MS), now, log });
  const members = memberReader(client, tables, rules, now, live);
  const isOwnerSecret = ownerSecretVerifier(ownerSecretReader(env), now);
  const recounts = deployedRebuilds(env, client, tables.control, rules);
  return {
    keys: keyRingFromTable(client, tables.control, { isOwnerSecret, now, randomBytes }),
    members,
    scores: memberScoresFromTable(client, tables.members, {
      live,
      rebuild: members.rebuild,
      today,
      log,
    }),
    reports: reportReader(data, now),
    models: modelRegistry(data, deployedCurrentModelsFile(client, tables.control, data), now),
    runs: pipelineRunsFromEnv(env, client, tables.control, today),
    recounts,
    countingNotice: countingNoticeReader(env, client, tables.control, rules, recounts, log),
    imports: importService({
      jobs: importJobs(client, tables.control),
      uploads: uploadsBucket(env, now),
      now,
      randomBytes,
    }),
    sources: sources(client, tables.control, now),
    timeZone: env['ZHIQUN_TIME_ZONE'] || 'Asia/Shanghai',
    now,
  };
}
