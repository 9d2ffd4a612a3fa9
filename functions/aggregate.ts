import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type AggregateDependencies, aggregate } from '#lib/members/aggregate.ts';
import { aggregateOver } from '#lib/members/aggregate-table.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { failuresQueue } from '#lib/members/failures-queue.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { errorFields, log } from '#lib/platform/log.ts';

const tables = {
  events: required(process.env, 'EVENTS_TABLE'),
  members: required(process.env, 'MEMBERS_TABLE'),
};
const deps: AggregateDependencies = {
  ...aggregateOver(dynamoDb(process.env), tables),
  rules: countingRulesFrom(process.env),
  deadLetter: failuresQueue(process.env),
  onRetry: (error) => log('warn', 'counting will be tried again', errorFields(error)),
};

export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const failed = await aggregate(Records, deps);
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
}
