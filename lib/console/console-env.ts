import { randomBytes } from 'node:crypto';
import { endedSessions } from '#lib/access/ended-sessions-table.ts';
import { keyRingOver } from '#lib/access/key-ring-table.ts';
import { ownerSecret } from '#lib/access/owner-secret.ts';
import { sessions } from '#lib/access/sessions.ts';
import { signInTries } from '#lib/access/sign-in-tries-table.ts';
import { importDesk } from '#lib/imports/import-desk.ts';
import { importJobs } from '#lib/imports/import-jobs-table.ts';
import { sources } from '#lib/imports/sources-table.ts';
import { uploadsBucket } from '#lib/imports/uploads-bucket.ts';
import { anyMember } from '#lib/members/any-member-table.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { memberReader } from '#lib/members/member-reader-table.ts';
import { currentFileOver } from '#lib/models/current-models-table.ts';
import { liveModels } from '#lib/models/live-models.ts';
import { modelRegistry } from '#lib/models/model-registry.ts';
import { nightlyRunsOver } from '#lib/nightly/runs-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { ownerSecretReader } from '#lib/platform/owner-secret.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import { bucketUrl } from '#lib/platform/s3-address.ts';
import { deployedRecounts } from '#lib/recounts/recounts-table.ts';
import type { ConsoleParts } from './console-parts.ts';
import { scoredMembers } from './members/scored-members.ts';
import { publishedReader } from './published-reader.ts';

/** All that the console of a deployment works with, but for its files. @throws Error naming the variable that is wrong */
export function consoleParts(env: Env): Omit<ConsoleParts, 'assets'> {
  const client = dynamoDb(env);
  const tables = {
    events: required(env, 'EVENTS_TABLE'),
    members: required(env, 'MEMBERS_TABLE'),
    control: required(env, 'CONTROL_TABLE'),
  };
  const now = Date.now;
  const rules = countingRulesFrom(env);
  const today = (): string => rules.calendar.dateAt(now());
  const data = presignedObjects(env, now);
  const readSecret = ownerSecretReader(env);
  const keys = keyRingOver(client, tables.control, {
    isOwnerSecret: ownerSecret(readSecret, now),
    now,
    randomBytes,
  });
  const uploadUrl = bucketUrl(
    required(env, 'IMPORTS_BUCKET'),
    required(env, 'AWS_REGION'),
    env['S3_ENDPOINT'],
  );
  return {
    keys,
    sessions: sessions({
      keys,
      readSecret,
      ended: endedSessions(client, tables.control),
      tries: signInTries(client, tables.control, now),
      now,
      randomBytes,
    }),
    published: publishedReader(data, log),
    models: modelRegistry(data, currentFileOver(client, tables.control, data), now),
    scored: scoredMembers(data),
    runs: nightlyRunsOver(env, client, tables.control, today),
    recounts: deployedRecounts(env, client, tables.control, today),
    members: memberReader(client, tables, rules, now, liveModels({ store: data, now, log })),
    imports: importDesk({
      jobs: importJobs(client, tables.control),
      uploads: uploadsBucket(env, now),
      now,
      randomBytes,
    }),
    sources: sources(client, tables.control, now),
    anyMember: anyMember(client, tables.members),
    settings: {
      timeZone: rules.calendar.timeZone,
      currency: rules.currency,
      taxonomy: rules.taxonomy,
      uploadOrigin: new URL(uploadUrl).origin,
    },
    now,
  };
}
