import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createCalendar } from '#lib/events/calendar.ts';
import { importJobDeps } from '#lib/imports/jobs/import-deps-table.ts';
import { handleImportBatch } from '#lib/imports/jobs/import-job.ts';
import { importsQueue } from '#lib/imports/jobs/imports-queue.ts';
import { lateEventCounter } from '#lib/members/late-events-table.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { errorFields, log, noIds, withLogContext } from '#lib/platform/log.ts';

// Enough for a chunk of rows to be written and handed over, however slow the table.
const RESERVE_MS = 75_000;

const queue = importsQueue(process.env);
const imports = importJobDeps(process.env, queue.handOver);
const { retentionDays, timeZone, now } = imports;
const members = required(process.env, 'MEMBERS_TABLE');
const deps = {
  ...imports,
  lateAmong: lateEventCounter(dynamoDb(process.env), members, createCalendar(timeZone), retentionDays, now),
};

export const handler = withLogContext(
  'import',
  noIds,
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    handleImportBatch(
      event,
      queue,
      { ...deps, isOutOfTime: () => context.getRemainingTimeInMillis() < RESERVE_MS },
      (error, importId) => log('error', 'import failed', { importId, ...errorFields(error) }),
    ),
);
