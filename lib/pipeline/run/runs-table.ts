import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type AttributeValue, queryAll } from '#lib/platform/dynamodb.ts';
import { toStoreError, withStoreError } from '#lib/platform/errors.ts';
import { lease } from '#lib/platform/lease-table.ts';
import {
  type FindRun,
  LEASE_MS,
  parseRunItem,
  type RunRecord,
  type RunRecords,
  runKey,
} from './run-record.ts';

const KEPT_SECONDS = 100 * 86_400;

/** @param now milliseconds since 1970 */
export function runRecords(client: DynamoDBClient, table: string, now: () => number): RunRecords {
  const runLease = lease(client, table, 'run', LEASE_MS, now);
  const time = (): AttributeValue => ({ N: String(now()) });
  const expires = (): AttributeValue => ({ N: String(Math.floor(now() / 1_000) + KEPT_SECONDS) });

  /** Changes a record. @returns undefined, or when the condition does not hold, the record or `none` */
  const update = async (
    runId: string,
    expression: string,
    condition: string,
    names: Record<string, string>,
    values: Record<string, AttributeValue>,
  ): Promise<RunRecord | 'none' | undefined> => {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: runKey(runId),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException))
        throw toStoreError('write the record of a nightly run', cause);
      return cause.Item === undefined ? 'none' : parseRunItem(cause.Item);
    }
  };

  return {
    acquireLease: (runId) => runLease.acquire(runId),
    releaseLease: (runId) => runLease.release(runId),

    async create({ runId, asOf, startedBy }) {
      await update(
        runId,
        'SET asOf = :asOf, startedBy = :by, #state = :running, startedAt = :now, heardAt = :now, expiresAt = :expires',
        'attribute_not_exists(pk)',
        { '#state': 'state' },
        {
          ':asOf': { S: asOf },
          ':by': { S: startedBy },
          ':running': { S: 'running' },
          ':now': time(),
          ':expires': expires(),
        },
      );
    },

    async begin(runId, step, of) {
      const unfit = await update(
        runId,
        `SET heardAt = :now, #begun = if_not_exists(#begun, :now)${of === undefined ? '' : ', #of = :of'}`,
        '#state = :running',
        { '#state': 'state', '#begun': `begun:${step}`, ...(of !== undefined && { '#of': `of:${step}` }) },
        {
          ':now': time(),
          ':running': { S: 'running' },
          ...(of !== undefined && { ':of': { N: String(of) } }),
        },
      );
      if (unfit === 'none') {
        throw new Error(`There is no record of a nightly run ${runId}: start one with POST /v1/runs.`);
      }
      if (unfit?.state === 'done') return;
      if (unfit !== undefined) {
        throw new Error(`The nightly run ${runId} has failed already and does not go on. Start a new one.`);
      }
      const holder = await runLease.acquire(runId);
      if (holder !== runId)
        throw new Error(`The nightly run ${holder} has begun since, so ${runId} does not go on.`);
    },

    async partDone(runId, step, part) {
      await update(
        runId,
        'SET heardAt = :now, #ended = :now ADD #parts :part',
        'attribute_exists(pk)',
        { '#ended': `ended:${step}`, '#parts': `parts:${step}` },
        { ':now': time(), ':part': { NS: [String(part)] } },
      );
      await runLease.renew(runId);
    },

    async end(runId, step) {
      await update(
        runId,
        'SET heardAt = :now, #ended = :now REMOVE #fault',
        'attribute_exists(pk)',
        { '#ended': `ended:${step}`, '#fault': `fault:${step}` },
        { ':now': time() },
      );
      await runLease.renew(runId);
    },

    async recordFailure(runId, step, message, part) {
      await update(
        runId,
        'SET heardAt = :now, #fault = :message, #part = :part',
        'attribute_exists(pk)',
        { '#fault': `fault:${step}`, '#part': `faultPart:${step}` },
        { ':now': time(), ':message': { S: message }, ':part': { N: String(part ?? -1) } },
      );
    },

    async finish(runId, live) {
      await update(
        runId,
        'SET #state = :done, live = :live, endedAt = :now, heardAt = :now, #ended = :now REMOVE #fault',
        '#state = :running',
        { '#state': 'state', '#ended': 'ended:publish', '#fault': 'fault:publish' },
        {
          ':done': { S: 'done' },
          ':running': { S: 'running' },
          ':live': { BOOL: live },
          ':now': time(),
        },
      );
      await runLease.release(runId);
    },

    async fail(runId, step, message, asOf) {
      await update(
        runId,
        'SET #state = :failed, endedAt = :now, heardAt = :now, errorStep = :step, errorMessage = :message, ' +
          'asOf = if_not_exists(asOf, :asOf), startedBy = if_not_exists(startedBy, :schedule), ' +
          'startedAt = if_not_exists(startedAt, :now), expiresAt = if_not_exists(expiresAt, :expires)',
        'attribute_not_exists(#state) OR #state = :running',
        { '#state': 'state' },
        {
          ':failed': { S: 'failed' },
          ':running': { S: 'running' },
          ':now': time(),
          ':step': { S: step },
          ':message': { S: message },
          ':asOf': { S: asOf },
          ':schedule': { S: 'schedule' },
          ':expires': expires(),
        },
      );
      await runLease.release(runId);
    },
  };
}

export const findRun =
  (client: DynamoDBClient, table: string): FindRun =>
  async (runId) => {
    try {
      const get = { TableName: table, Key: runKey(runId), ConsistentRead: true };
      const { Item } = await client.send(new GetItemCommand(get));
      return Item && parseRunItem(Item);
    } catch (cause) {
      throw toStoreError('read the record of a nightly run', cause);
    }
  };

/**
 * All runs of the last hundred days, newest first. Ids have no order, so all their records are read.
 * @throws StoreError
 */
export async function allRuns(client: DynamoDBClient, table: string): Promise<RunRecord[]> {
  const records = await withStoreError('list nightly runs', async () => {
    const items = await queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :run',
      ExpressionAttributeValues: { ':run': { S: 'run' } },
      ConsistentRead: true,
    });
    return items.map(parseRunItem);
  });
  return records.sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1));
}
