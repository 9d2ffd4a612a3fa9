import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ownFeatures } from '#lib/features/features.ts';
import { parseMemberDays, RECORD_KEYS } from '#lib/members/member-items.ts';
import { queryMemberItems } from '#lib/members/member-items-table.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { memberReader, memberScoresFromTable } from '#lib/scoring/live/member-reader-table.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';

import { prepareModels } from '#lib/scoring/prepared-models.ts';
import { computeScore } from '#lib/scoring/score.ts';
import { type FaultyProxy, faultyProxy } from '#test/e2e/faulty-proxy.ts';
import { createClient } from '#test/engines/dynamodb.ts';
import { type CountingWorld, RULES, startWorld } from '#test/lib/members/counting-world.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';
import { exampleModels } from '#test/lib/scoring/example-models.ts';

const NOW = Date.parse('2026-03-31T10:00:00Z');
const TODAY = '2026-03-31';
const models = prepareModels(exampleModels());

let world: CountingWorld;
let stop: () => Promise<void>;
let proxy: FaultyProxy;
let client: DynamoDBClient;
let scores: MemberScores;
const logged: unknown[] = [];

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());
beforeEach(async () => {
  proxy = await faultyProxy(world.endpoint);
  client = createClient(proxy.url);
  logged.length = 0;
  const live = async () => ({ models });
  const { rebuild } = memberReader(world.client, world.tables, RULES, () => NOW, live);
  const today = () => RULES.calendar.dateAt(NOW);
  const log = (...line: unknown[]) => void logged.push(line);
  scores = memberScoresFromTable(client, world.tables.members, { live, rebuild, today, log });
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
});

const reply = (userId: string, at: string, id: string) =>
  storedEvent(userId, at, id, { event: 'Reply Created', properties: '{"targetUserId":"somebody"}' });

async function member(userId: string): Promise<string> {
  await world.put(
    reply(userId, '2026-02-20T08:00:00.000Z', 'a'),
    reply(userId, '2026-03-30T08:00:00.000Z', 'b'),
    storedEvent(userId, '2026-03-30T09:00:00.000Z', 'c', {
      type: 'identify',
      traits: '{"name":"小红","stage":"x"}',
    }),
  );
  await world.settle();
  return userId;
}

async function damage(userId: string): Promise<void> {
  const Item = {
    userId: { S: userId },
    sk: { S: 'day#2026-03-30' },
    reply: { S: 'many' },
    seq: { S: '011' },
  };
  await world.client.send(new PutItemCommand({ TableName: world.tables.members, Item }));
}

test('a score is of this second, and costs one Query', async () => {
  const userId = await member('fresh');
  const before = await scores.score(userId);
  expect(before).toMatchObject({ userId, asOf: TODAY, activity: { count: 1 } });
  await world.put(reply(userId, '2026-03-31T09:59:00.000Z', 'just now'));
  await world.settle();
  proxy.seen.length = 0;
  const score = await scores.score(userId);
  expect(score?.activity.count).toBe(2);
  expect(proxy.seen).toHaveLength(1);
  const items = await queryMemberItems(world.client, world.tables.members, userId, RECORD_KEYS);
  const own = ownFeatures(parseMemberDays(items), TODAY, TODAY);
  expect(score).toEqual({
    userId,
    asOf: TODAY,
    ...computeScore(own, models, { userId }),
    models: models.versions,
  });
});

test('who joined a minute ago has a score, and an unknown member has none', async () => {
  await world.put(reply('newcomer', '2026-03-31T09:59:00.000Z', 'first'));
  await world.settle();
  expect(await scores.score('newcomer')).toMatchObject({ stage: 'new', missing: { retention: 'too_new' } });
  expect(await scores.score('unknown')).toBeUndefined();
  expect(await scores.traits('unknown')).toBeUndefined();
});

test('traits are what clients said, and the figures of the score', async () => {
  const userId = await member('with-traits');
  const { value, profile, churnRisk } = (await scores.score(userId)) ?? {};
  expect(await scores.traits(userId)).toMatchObject({
    name: '小红',
    stage: 'active',
    churn_risk: churnRisk,
    profile_name: profile?.name,
    value_minor: value?.amountMinor,
    as_of: TODAY,
  });
});

describe('a batch', () => {
  test('answers in the order of the ids, also when one comes twice', async () => {
    const ids = [await member('b-1'), await member('b-2'), await member('b-3')];
    const asked = ['b-3', 'nobody', 'b-1', 'b-3', ...ids];
    const answers = await scores.scores(asked, { explain: false });
    expect(answers.map(({ userId }) => userId)).toEqual(asked);
    expect(answers[1]).toMatchObject({ error: { code: 'member_not_found' } });
    expect(answers[0]).toEqual(answers[3]);
    expect(answers[0]).not.toHaveProperty('profile.reasons');
  });

  test('what is wrong with one member concerns no other', async () => {
    const ids = [await member('ok-1'), await member('poisoned'), await member('ok-2')];
    await damage('poisoned');
    const answers = await scores.scores([...ids, '', '知'.repeat(86), '\ud800']);
    const codes = answers.map((answer) => ('error' in answer ? answer.error.code : 'ok'));
    expect(codes).toEqual([
      'ok',
      'member_damaged',
      'ok',
      'user_id_invalid',
      'user_id_invalid',
      'user_id_invalid',
    ]);
    expect(JSON.stringify(logged)).toContain('member corrupt');
  });

  test('of a hundred members of whom some cannot be read in time, the others are answered', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `many-${i}`);
    await world.put(...ids.map((userId) => reply(userId, '2026-03-30T08:00:00.000Z', 'x')));
    await world.settle();
    let calls = 0;
    proxy.treat = () => {
      calls += 1;
      return calls % 10 === 0 ? THROTTLED : 'pass';
    };
    expect((await scores.scores(ids)).every((answer) => 'stage' in answer)).toBe(true);

    calls = 0;
    proxy.treat = () => {
      calls += 1;
      return calls > 50 ? 'hang' : 'pass';
    };
    const began = performance.now();
    const answers = await scores.scores(ids);
    expect(performance.now() - began).toBeLessThan(4_000);
    const failed = answers.filter((answer) => 'error' in answer);
    expect(failed).toHaveLength(50);
    for (const { error } of failed) expect(error.code).toBe('unavailable');
  });
});

const THROTTLED = {
  answer: 400,
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}',
  headers: { 'content-type': 'application/x-amz-json-1.0' },
};

describe.each([
  ['throttled', THROTTLED],
  ['stalled', 'hang'],
  ['cut off', 'cut'],
  ['out of order', { answer: 500, body: '{}' }],
] as const)('a table that is %s', (_, treatment) => {
  test('fails in time, and may be asked again', async () => {
    const userId = await member('slow');
    proxy.treat = () => treatment;
    const began = performance.now();
    const asked = [scores.score(userId), scores.scores([userId, 'other']), scores.traits(userId)];
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) });
      expect(answer).toMatchObject({ reason: { retriable: true } });
    }
    expect(performance.now() - began).toBeLessThan(4_500);
    proxy.treat = () => 'pass';
    expect(await scores.score(userId)).toMatchObject({ userId });
  });
});

test('an item that does not read is made again from the log, once, and the score answered', async () => {
  const userId = await member('rebuilt');
  const right = await scores.score(userId);
  await damage(userId);
  expect(await scores.score(userId)).toEqual(right);
  proxy.seen.length = 0;
  expect(await scores.score(userId)).toEqual(right);
  expect(proxy.seen).toHaveLength(1);
});

test('an item that the log cannot repair is reported', async () => {
  const userId = await member('beyond repair');
  const Item = {
    userId: { S: userId },
    sk: { S: 'day#2026-01-30' },
    reply: { S: 'many' },
    expired: { BOOL: true },
    seq: { S: '011' },
  };
  await world.client.send(new PutItemCommand({ TableName: world.tables.members, Item }));
  await expect(scores.score(userId)).rejects.toMatchObject({
    code: 'member_damaged',
    status: 409,
  });
  const Key = { userId: Item.userId, sk: Item.sk };
  await world.client.send(new DeleteItemCommand({ TableName: world.tables.members, Key }));
  expect(await scores.score(userId)).toMatchObject({ userId });
});

test('a profile that does not read is no hindrance to the score, and rebuilt for the traits', async () => {
  const userId = await member('no-profile');
  const Item = {
    userId: { S: userId },
    sk: { S: 'profile' },
    traits: { S: '{"name":null}' },
    seq: { S: '011' },
  };
  await world.client.send(new PutItemCommand({ TableName: world.tables.members, Item }));
  expect(await scores.score(userId)).toMatchObject({ userId });
  expect(await scores.traits(userId)).toMatchObject({ name: '小红' });
});
