import { DeleteTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { eventWriter } from '#lib/events/events-table.ts';
import { aggregate } from '#lib/members/aggregate.ts';
import { countingFailures } from '#lib/members/failures-queue.ts';
import { type RecoverDeps, recover } from '#lib/members/recover.ts';
import { createRecoverDeps } from '#lib/members/recover-table.ts';
import { listUncounted, unmarkUncounted } from '#lib/members/uncounted-table.ts';
import type { Env } from '#lib/platform/env.ts';
import { createTables, testCredentials } from '#test/engines/dynamodb.ts';
import { makeQueue, startQueueEngine, type TestQueue } from '#test/engines/sqs.ts';
import { tailStream } from '#test/engines/stream-tail.ts';
import { type CountingWorld, startWorld } from './counting-world.ts';
import { giveUpMessage, giveUpMessages, readShards } from './given-up.ts';
import { storedEvent } from './stored-events.ts';

let world: CountingWorld;
let stopWorld: () => Promise<void>;
let queues: Awaited<ReturnType<typeof startQueueEngine>>;
let queue: TestQueue;
let env: Env;
/** what was logged about members, and the failures */
let recovered: object[];
let failures: string[];

beforeAll(async () => {
  vi.stubEnv('AWS_REGION', testCredentials.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.credentials.secretAccessKey);
  ({ world, stop: stopWorld } = await startWorld());
  queues = await startQueueEngine();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await queues.stop();
  await stopWorld();
});

beforeEach(async () => {
  [recovered, failures] = [[], []];
  queue = await makeQueue(queues.sqs);
  env = {
    DYNAMODB_ENDPOINT: world.endpoint,
    SQS_ENDPOINT: queues.engine.endpoint,
    EVENTS_TABLE: world.tables.events,
    MEMBERS_TABLE: world.tables.members,
    CONTROL_TABLE: world.tables.control,
    COUNTING_FAILURES_QUEUE_URL: queue.url,
  };
});
afterEach(async () => unmarkUncounted(world.client, world.tables.control, await marks()));

const at = (day: number): string => new Date(Date.UTC(2026, 2, day)).toISOString();
const marks = () => listUncounted(world.client, world.tables.control);
const shards = () => readShards(world.client, world.endpoint, world.tables.events);

/** Runs the function on a message. @returns whether the message comes again */
async function failed(message: string, changes: Partial<RecoverDeps> = {}): Promise<boolean> {
  const deps: RecoverDeps = {
    ...createRecoverDeps(env),
    isOutOfTime: () => false,
    onFailure: (error) => failures.push((error as Error).message),
    onRecovered: (members) => recovered.push(members),
    ...changes,
  };
  const event = { Records: [{ messageId: 'm', body: message }] } as SQSEvent;
  const { batchItemFailures } = await recover(event, deps);
  expect(batchItemFailures).toEqual(batchItemFailures.length === 0 ? [] : [{ itemIdentifier: 'm' }]);
  return batchItemFailures.length > 0;
}

/** The messages in the queue. */
async function sent(): Promise<string[]> {
  const receive = { QueueUrl: queue.url, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await queues.sqs.send(new ReceiveMessageCommand(receive));
  return Messages.map(({ Body = '' }) => Body);
}

/** Counting as deployed, but of nobody among these members. */
function countingFailsOf(...members: readonly string[]): Pick<RecoverDeps, 'counting'> {
  const { counting } = createRecoverDeps(env);
  const itemsOf: typeof counting.store.itemsOf = async (userId) => {
    if (members.includes(userId)) throw new Error('nobody can count this');
    return counting.store.itemsOf(userId);
  };
  return { counting: { ...counting, store: { ...counting.store, itemsOf } } };
}

test('the members of records that counting gave up are counted again, and stay marked', async () => {
  await world.put(
    storedEvent('given-up', at(1), 'a'),
    storedEvent('given-up', at(2), 'b'),
    storedEvent('given-up-too', at(1), 'a'),
    storedEvent('given-up-too', at(1), 'b', { type: 'identify', traits: '{"name":"小红"}' }),
  );
  for (const message of giveUpMessages(await shards(), 'given-up', 'given-up-too'))
    expect(await failed(message)).toBe(false);
  expect(failures).toEqual([]);
  expect(recovered).toEqual([{ countedAnew: 2, handedOver: 0 }]);
  expect(await world.itemsOf('given-up')).toMatchObject({ 'day#2026-03-01': { post: 1 } });
  for (const member of ['given-up', 'given-up-too'])
    expect(await world.itemsOf(member)).toEqual(await world.foldOf(member));
  expect(await marks()).toEqual(['given-up', 'given-up-too']);
  expect(await sent()).toEqual([]);
});

test('only those members are looked at whose records were given up', async () => {
  for (const member of ['before', 'lost', 'after']) await world.put(storedEvent(member, at(1), 'a'));
  for (const message of giveUpMessages(await shards(), 'lost')) await failed(message);
  expect(await marks()).toEqual(['lost']);
});

test('what an anonymous id did is moved to its member', async () => {
  await world.put(
    storedEvent('anon:lost-phone', at(1), 'before'),
    storedEvent('phone-owner', at(2), 'link', { type: 'identify', anonymousId: 'lost-phone' }),
  );
  await world.settle();
  await world.put(storedEvent('anon:lost-phone', at(3), 'straggler'));
  for (const message of giveUpMessages((await shards()).map(lastRecord), 'anon:lost-phone'))
    await failed(message);
  expect(await marks()).toEqual(['anon:lost-phone']);
  expect(await world.logOf('anon:lost-phone')).toEqual([]);
  await world.settle();
  expect(await world.itemsOf('phone-owner')).toHaveProperty(['day#2026-03-03', 'post'], 1);
});

const lastRecord = <T extends { records: unknown[] }>(shard: T): T => ({
  ...shard,
  records: shard.records.slice(-1),
});

test('a record that counting set aside is counted when its member can be counted again', async () => {
  const tail = await tailStream(world.client, world.endpoint, world.tables.events);
  await tail.drain();
  await world.put(storedEvent('aside', at(1), 'a'));
  const { store, ...counting } = world.deps();
  const items = () => Promise.reject(new TypeError('a bug of ours'));
  await aggregate(await tail.drain(), {
    ...counting,
    store: { ...store, items },
    deadLetter: countingFailures(env).deadLetter,
  });
  expect(await world.itemsOf('aside')).toEqual({});

  const [message = '', ...others] = await sent();
  expect(others).toEqual([]);
  expect(JSON.parse(message)).toMatchObject({ reason: 'a bug of ours', keys: { userId: { S: 'aside' } } });
  expect(await failed(message)).toBe(false);
  expect(await world.itemsOf('aside')).toMatchObject({ 'day#2026-03-01': { post: 1 } });
  expect(await marks()).toEqual(['aside']);
  expect(recovered).toEqual([{ countedAnew: 1, handedOver: 0 }]);
});

test('members are marked before they are counted; whoever cannot be counted has a message that needs no stream', async () => {
  await world.put(storedEvent('healthy', at(1), 'a'), storedEvent('ailing', at(1), 'a'));
  const marked: string[][] = [];
  const { counting } = countingFailsOf('ailing');
  const itemsOf: typeof counting.store.itemsOf = async (userId) => {
    marked.push(await marks());
    return counting.store.itemsOf(userId);
  };
  const broken = { counting: { ...counting, store: { ...counting.store, itemsOf } } };
  for (const message of giveUpMessages(await shards(), 'healthy', 'ailing'))
    expect(await failed(message, broken)).toBe(false);
  expect(marked).toEqual([
    ['ailing', 'healthy'],
    ['ailing', 'healthy'],
  ]);
  expect(failures).toEqual(['nobody can count this']);
  expect(recovered).toEqual([{ countedAnew: 1, handedOver: 1 }]);
  expect(await world.itemsOf('healthy')).toEqual(await world.foldOf('healthy'));

  const [message = '', ...others] = await sent();
  expect(others).toEqual([]);
  expect(message).not.toContain('shardId');
  expect(await failed(message, broken), 'it comes again').toBe(true);
  expect(await failed(message)).toBe(false);
  expect(await world.itemsOf('ailing')).toEqual(await world.foldOf('ailing'));
});

test('what there is no time for in one call is done in others', async () => {
  await world.put(storedEvent('early', at(1), 'a'), storedEvent('late', at(1), 'a'));
  for (const message of giveUpMessages(await shards(), 'early', 'late'))
    await failed(message, { isOutOfTime: () => true });
  expect(failures).toEqual([]);
  const messages = await sent();
  expect(messages).toHaveLength(2);
  expect(await failed(messages[0] ?? '', { isOutOfTime: () => true })).toBe(true);
  for (const message of messages) expect(await failed(message)).toBe(false);
  for (const member of ['early', 'late'])
    expect(await world.itemsOf(member)).toEqual(await world.foldOf(member));
});

test('without its marks a message comes again, and so does one whose members cannot be handed over', async () => {
  await world.put(storedEvent('unmarked', at(1), 'a'));
  const down = async () => Promise.reject(new Error('down'));
  for (const message of giveUpMessages(await shards(), 'unmarked')) {
    expect(await failed(message, { markUncounted: down })).toBe(true);
    expect(await world.itemsOf('unmarked')).toEqual({});
    expect(await failed(message, { ...countingFailsOf('unmarked'), requestRecount: down })).toBe(true);
  }
  expect(recovered).toEqual([]);
});

test('records that the stream has forgotten are an error that says what to do', async () => {
  await world.put(storedEvent('forgotten', at(1), 'a'));
  const [shard] = await shards();
  const records = shard!.records.slice(-1);
  const ofNumber = (sequenceNumber: string) => [{ ...records[0]!, sequenceNumber }, ...records];
  const trimmed = giveUpMessage({ ...shard!, records: ofNumber('0') });
  const otherShard = giveUpMessage({ ...shard!, records, shardId: 'shardId-00000000000000000000-00000000' });
  for (const message of [trimmed, otherShard]) expect(await failed(message)).toBe(true);
  const end = records[0]!.sequenceNumber;
  expect(failures).toEqual([
    `records of shard ${shard!.shardId} from 0 to ${end} are gone from the stream: rebuild all members with npm run recount`,
    `records of shard shardId-00000000000000000000-00000000 from ${end} to ${end} are gone from the stream: rebuild all members with npm run recount`,
  ]);
  expect(await marks()).toEqual([]);
});

test('a stream that is gone with its table is such an error too', async () => {
  const { events } = await createTables(world.client);
  const Item = { userId: { S: 'of-old' }, sk: { S: 'a' } };
  await world.client.send(new PutItemCommand({ TableName: events, Item }));
  const [shard] = await readShards(world.client, world.endpoint, events);
  await world.client.send(new DeleteTableCommand({ TableName: events }));
  expect(await failed(giveUpMessage(shard!))).toBe(true);
  expect(failures[0]).toContain('gone from the stream: rebuild all members');
});

test('a stream that does not answer now is not taken for one that has forgotten', async () => {
  await world.put(storedEvent('patient', at(1), 'a'));
  const [message = ''] = giveUpMessages(await shards(), 'patient');
  env = { ...env, DYNAMODB_ENDPOINT: 'http://127.0.0.1:9' };
  expect(await failed(message)).toBe(true);
  expect(failures).toEqual(['read the stream of the log']);
});

test('an item of the log that is no event keeps the message, though the rest is counted', async () => {
  await world.put(storedEvent('corrupt', at(1), 'a'));
  const Item = { userId: { S: 'corrupt' }, sk: { S: `${at(2)}#b` }, type: { S: 'nonsense' } };
  await world.client.send(new PutItemCommand({ TableName: world.tables.events, Item }));
  const message = JSON.stringify({ keys: { userId: { S: 'corrupt' } }, reason: 'event item: unknown type' });
  expect(await failed(message)).toBe(true);
  expect(failures).toEqual(["1 item(s) of a member's log are no events: they count nothing"]);
  expect(await world.itemsOf('corrupt')).toMatchObject({ 'day#2026-03-01': { post: 1 } });
});

test.each(['nonsense', '[]', '{}', '{"keys":{}}', '{"DDBStreamBatchInfo":{"shardId":"s"}}'])(
  'a message that nobody understands comes again until it is given up: %s',
  async (message) => {
    expect(await failed(message)).toBe(true);
    expect(failures).toHaveLength(1);
  },
);

test('a mark says since when and why, and does not stay for ever', async () => {
  const reason = 'a bug of ours';
  const message = JSON.stringify({ keys: { userId: { S: 'marked' } }, reason });
  expect(await failed(message)).toBe(false);
  const Key = { pk: { S: 'uncounted' }, sk: { S: 'marked' } };
  const { Item } = await world.client.send(new GetItemCommand({ TableName: world.tables.control, Key }));
  expect(Item).toMatchObject({ ...Key, reason: { S: reason } });
  const since = Number(Item?.['since']?.N);
  expect(Math.abs(since - Date.now())).toBeLessThan(60_000);
  expect(Item?.['expiresAt']?.N).toBe(String(Math.floor(since / 1000) + 30 * 86_400));
});

test('records are found however many pages of the stream they fill', async () => {
  const events = Array.from({ length: 2_500 }, (_, i) => storedEvent(`crowd-${i % 5}`, at(1), `${i}`));
  await eventWriter(world.client, world.tables.events).put(events, 10_000);
  for (const shard of await shards()) expect(await failed(giveUpMessage(shard))).toBe(false);
  for (let i = 0; i < 5; i += 1)
    expect(await world.itemsOf(`crowd-${i}`)).toMatchObject({ 'day#2026-03-01': { post: 500 } });
});
