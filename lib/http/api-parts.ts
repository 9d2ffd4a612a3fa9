import { randomBytes } from 'node:crypto';
import { keyRingOver } from '#lib/access/key-ring-table.ts';
import { ownerSecret } from '#lib/access/owner-secret.ts';
import type { ApiParts } from '#lib/http/api-app.ts';
import { importDesk } from '#lib/imports/import-desk.ts';
import { importJobs } from '#lib/imports/import-jobs-table.ts';
import { sources } from '#lib/imports/sources-table.ts';
import { uploadsBucket } from '#lib/imports/uploads-bucket.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { memberReader } from '#lib/members/member-reader-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { ownerSecretReader } from '#lib/platform/owner-secret.ts';

/** All that the API of a deployment works with, but for its documentation. @throws Error naming the variable that is wrong */
export function apiParts(env: Env): Omit<ApiParts, 'docsAsset'> {
  const client = dynamoDb(env);
  const tables = {
    events: required(env, 'EVENTS_TABLE'),
    members: required(env, 'MEMBERS_TABLE'),
    control: required(env, 'CONTROL_TABLE'),
  };
  const now = Date.now;
  const rules = countingRulesFrom(env);
  const isOwnerSecret = ownerSecret(ownerSecretReader(env), now);
  return {
    keys: keyRingOver(client, tables.control, { isOwnerSecret, now, randomBytes }),
    members: memberReader(client, tables, rules, now),
    imports: importDesk({
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
