import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { aggregate } from '#lib/members/aggregate.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import { countingFailures } from '#lib/members/failures-queue.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { isTransient } from '#lib/platform/errors.ts';
import { errorFields, log, noIds, withLogContext } from '#lib/platform/log.ts';

/** Left for what has begun when the time is nearly over. */
const LAST_MS = 15_000;

const tables = {
  events: required(process.env, 'EVENTS_TABLE'),
  members: required(process.env, 'MEMBERS_TABLE'),
};
const deps = {
  ...createCountingDeps(dynamoDb(process.env), tables, countingRulesFromEnv(process.env), Date.now),
  deadLetter: countingFailures(process.env).deadLetter,
  isTransient: isTransient,
  onRetry: (error: unknown) => log('warn', 'counting will be tried again', errorFields(error)),
};

export const handler = withLogContext(
  'aggregate',
  noIds,
  async ({ Records }: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const isOutOfTime = (): boolean => context.getRemainingTimeInMillis() < LAST_MS;
    const failed = await aggregate(Records, { ...deps, isOutOfTime });
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
  },
);
