import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BatchGetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { parseCalls } from '#lib/events/parse-request.ts';
import { type Item, toEventItem } from '#lib/events/stored-event.ts';
import { aggregate } from '#lib/members/aggregate.ts';
import { countingRulesFromEnv } from '#lib/members/contribution.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import type { StreamRecord } from '#lib/members/log-change.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { median, type Result } from './result.ts';
import { sdkCall } from './sdk-events.ts';

const BATCH = 500;
const ROUNDS = 9;
const BARE_IN_FLIGHT = 32;
const PER_SECOND = 1_000;
/** Events of each member in a batch, and whether something of their day was counted before. */
const CASES = [
  [1, 'new'],
  [5, 'known'],
  [50, 'known'],
] as const;

/**
 * Batches of 500 stream records through `aggregate`, against an engine in another process that answers at once, beside the
 * bare calls that counting cannot do without (items of 100 days in a call, one Query and one PutItem a day), taking turns.
 * What is left is what one shard's consumer costs itself: a shard brings 1,000 events a second at most.
 */
export async function run(): Promise<Result[]> {
  const engine = fork(new URL('./instant-engine-child.ts', import.meta.url));
  const [endpoint] = (await once(engine, 'message')) as [string];
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const client = dynamoDb({ DYNAMODB_ENDPOINT: endpoint });
  const tables = { events: 'events', members: 'members' };
  const deps = {
    ...createCountingDeps(client, tables, countingRulesFromEnv({}), Date.now),
    deadLetter: () => Promise.reject(new Error('nothing may be set aside')),
    isTransient: () => false,
    isOutOfTime: () => false,
    onRetry: (error: unknown) => {
      throw error;
    },
  };

  const bare = async (records: readonly StreamRecord[]): Promise<void> => {
    const members = [...new Set(records.map((record) => readUserId(record)))];
    for (let i = 0; i < members.length; i += 100) {
      const Keys = members
        .slice(i, i + 100)
        .map((userId) => ({ userId: { S: userId }, sk: { S: 'day#2026-05-01' } }));
      await client.send(
        new BatchGetItemCommand({ RequestItems: { members: { Keys, ConsistentRead: true } } }),
      );
    }
    const left = [...members];
    const worker = async (): Promise<void> => {
      for (let userId = left.pop(); userId !== undefined; userId = left.pop()) {
        await client.send(
          new QueryCommand({
            TableName: 'events',
            KeyConditionExpression: 'userId = :user AND sk BETWEEN :from AND :to',
            ExpressionAttributeValues: {
              ':user': { S: userId },
              ':from': { S: '2026-04-30' },
              ':to': { S: '2026-05-02' },
            },
            ConsistentRead: true,
          }),
        );
        const Item = {
          userId: { S: userId },
          sk: { S: 'day#2026-05-01' },
          reply: { N: '1' },
          seq: { S: '~1' },
        };
        await client.send(
          new PutItemCommand({
            TableName: 'members',
            Item,
            ConditionExpression: 'attribute_not_exists(userId)',
          }),
        );
      }
    };
    await Promise.all(Array.from({ length: BARE_IN_FLIGHT }, worker));
  };

  const results: Result[] = [];
  for (const [eventsEach, day] of CASES) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const records = buildRecords(BATCH / eventsEach, eventsEach);
      await fetch(endpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'Bench_20260101.Load' },
        body: JSON.stringify({ records, day }),
      });
      const [own, peer] = [
        await measureMs(() => aggregate(records, deps)),
        await measureMs(() => bare(records)),
      ];
      if (round < 0) continue;
      ours.push((BATCH * 1000) / own);
      theirs.push((BATCH * 1000) / peer);
    }
    const rate = median(ours);
    const ratio = median(ours.map((value, i) => value / (theirs[i] ?? 1)));
    results.push({
      name: `aggregate, ${eventsEach} event(s) a member of a ${day} day, engine that answers at once: events/s on one processor (and / bare calls)`,
      value: `${Math.round(rate)} (${ratio.toFixed(2)})`,
      target: `≥ ${PER_SECOND}`,
      ok: rate >= PER_SECOND,
    });
  }
  engine.kill();
  client.destroy();
  return results;
}

let members = 0;

function buildRecords(count: number, eventsEach: number): StreamRecord[] {
  const context = { now: Date.UTC(2026, 4, 1, 3, 0, 11), retentionDays: 400, randomId: () => 'none' };
  return Array.from({ length: count }, () => {
    const userId = `member-${members++}`;
    const batch = Array.from({ length: eventsEach }, (_, n) => sdkCall(userId, n));
    return parseCalls({ batch, sentAt: '2026-05-01T03:00:10.000Z' }, 'batch', context).events.map(
      (stored, n) => ({
        eventName: 'INSERT',
        dynamodb: { SequenceNumber: String(n), NewImage: toEventItem(stored) },
      }),
    );
  }).flat();
}

const readUserId = ({ dynamodb = {} }: StreamRecord): string =>
  (dynamodb.NewImage as Item)['userId']?.S ?? '';

async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
