import { randomBytes } from 'node:crypto';
import { ownerSecretVerifier } from '#lib/auth/keys/key-ring.ts';
import { keyRingFromTable } from '#lib/auth/keys/keys-table.ts';
import { sessions } from '#lib/auth/sessions/sessions.ts';
import { endedSessions, signInAttempts } from '#lib/auth/sessions/sessions-table.ts';

import { importService } from '#lib/imports/jobs/import-service.ts';
import { importJobs } from '#lib/imports/jobs/imports-table.ts';
import { uploadsBucket } from '#lib/imports/jobs/uploads-bucket.ts';
import { sources } from '#lib/imports/presets/sources-table.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { hasAnyMember } from '#lib/members/member-items-table.ts';
import { deployedCurrentModelsFile } from '#lib/models/registry/current-models-table.ts';
import { modelRegistry } from '#lib/models/registry/model-registry.ts';
import { pipelineRunsFromEnv } from '#lib/pipeline/run/nightly-runs-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import { bucketUrl } from '#lib/platform/presigned-url.ts';
import { ownerSecretReader } from '#lib/platform/secrets-manager.ts';
import { deployedRebuilds } from '#lib/rebuilds/rebuilds-table.ts';
import { countingNoticeReader } from '#lib/rebuilds/rules-change-table.ts';
import { liveModels } from '#lib/scoring/live/live-models.ts';
import { memberReader } from '#lib/scoring/live/member-reader-table.ts';
import type { ConsoleDeps } from './data/deps.ts';
import { publishedReader } from './data/published-reader.ts';
import { scoredMembers } from './data/scored-members.ts';

/** All that the console of a deployment works with, but for its files. @throws Error naming the variable that is wrong */
export function createConsoleDeps(env: Env): Omit<ConsoleDeps, 'assets'> {
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
  const readSecret = ownerSecretReader(env);
  const keys = keyRingFromTable(client, tables.control, {
    isOwnerSecret: ownerSecretVerifier(readSecret, now),
    now,
    randomBytes,
  });
  const uploadUrl = bucketUrl(
    required(env, 'IMPORTS_BUCKET'),
    required(env, 'AWS_REGION'),
    env['S3_ENDPOINT'],
  );
  const recounts = deployedRebuilds(env, client, tables.control, rules);
  return {
    keys,
    sessions: sessions({
      keys,
      readSecret,
      ended: endedSessions(client, tables.control),
      attempts: signInAttempts(client, tables.control, now),
      now,
      randomBytes,
    }),
    published: publishedReader(data, log),
    models: modelRegistry(data, deployedCurrentModelsFile(client, tables.control, data), now),
    scored: scoredMembers(data),
    runs: pipelineRunsFromEnv(env, client, tables.control, today),
    recounts,
    countingNotice: countingNoticeReader(env, client, tables.control, rules, recounts, log),
    members: memberReader(client, tables, rules, now, liveModels({ store: data, now, log })),
    imports: importService({
      jobs: importJobs(client, tables.control),
      uploads: uploadsBucket(env, now),
      now,
      randomBytes,
    }),
    sources: sources(client, tables.control, now),
    anyMember: hasAnyMember(client, tables.members),
    settings: {
      timeZone: rules.calendar.timeZone,
      currency: rules.currency,
      taxonomy: rules.taxonomy,
      uploadOrigin: new URL(uploadUrl).origin,
    },
    now,
  };
}
