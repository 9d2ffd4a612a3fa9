import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { recover } from '#lib/members/recover.ts';
import { createRecoverDeps } from '#lib/members/recover-table.ts';
import { errorFields, log, noIds, withLogContext } from '#lib/platform/log.ts';

/** Left for handing over the members that there was no time for. */
const LAST_MS = 30_000;

const deps = {
  ...createRecoverDeps(process.env),
  onFailure: (error: unknown) => log('error', 'rebuild failed', errorFields(error)),
  onRecovered: (members: { countedAnew: number; handedOver: number }) =>
    log('warn', 'counting gave up records: their members were rebuilt', members),
};

export const handler = withLogContext(
  'recover',
  noIds,
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    recover(event, { ...deps, isOutOfTime: () => context.getRemainingTimeInMillis() < LAST_MS }),
);
