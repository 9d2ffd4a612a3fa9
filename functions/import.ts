import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { handleImportBatch } from '#lib/imports/import-batch.ts';
import { importDependencies } from '#lib/imports/import-dependencies-table.ts';
import { importsQueue } from '#lib/imports/imports-queue.ts';
import { errorFields, log } from '#lib/platform/log.ts';

// Enough for a chunk of rows to be written and handed over, however slow the table.
const RESERVE_MS = 75_000;

const queue = importsQueue(process.env);
const deps = importDependencies(process.env, queue.handOver);

export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  handleImportBatch(
    event,
    queue,
    { ...deps, isOutOfTime: () => context.getRemainingTimeInMillis() < RESERVE_MS },
    (error) => log('error', 'import failed', errorFields(error)),
  );
