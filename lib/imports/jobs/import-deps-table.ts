import { eventWriter } from '#lib/events/events-table.ts';
import { resolveMapping } from '#lib/imports/presets/sources-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required, wholeNumber } from '#lib/platform/env.ts';
import { s3Client } from '#lib/platform/s3.ts';
import { importFiles } from './import-files-bucket.ts';
import type { ImportJobDeps } from './import-job.ts';
import { importRuns } from './imports-table.ts';
import { adaptivePace } from './write-pace.ts';

/** What the import function works with, but for its time limit. @throws Error naming the variable that is missing */
export function importJobDeps(
  env: Env,
  handOver: ImportJobDeps['handOver'],
): Omit<ImportJobDeps, 'isOutOfTime' | 'lateAmong'> {
  const client = dynamoDb(env);
  const objects = s3Client(env);
  const control = required(env, 'CONTROL_TABLE');
  const bucket = required(env, 'IMPORTS_BUCKET');
  return {
    runs: importRuns(client, control),
    filesOf: ({ key, importId }) => importFiles(objects, { bucket, key, importId }),
    mappingOf: (source, name) => resolveMapping(client, control, source, name),
    events: eventWriter(client, required(env, 'EVENTS_TABLE'), adaptivePace()),
    handOver,
    now: Date.now,
    timeZone: env['ZHIQUN_TIME_ZONE'] || 'Asia/Shanghai',
    retentionDays: wholeNumber(env, 'RETENTION_DAYS', 400),
  };
}
