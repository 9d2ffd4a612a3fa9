import { CreateTableCommand, DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restoreCommand } from '#infra/cli/restore.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { createTables } from '#test/engines/dynamodb.ts';
import { type CountingWorld, startWorld } from '#test/lib/members/counting-world.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());

async function restore(...args: string[]) {
  let [out, err] = ['', ''];
  const env = {
    DYNAMODB_ENDPOINT: world.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  Object.assign(process.env, env);
  const code = await restoreCommand(args, {
    env,
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

const readItems = async (table: string): Promise<Item[]> =>
  (await world.client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [];

/** A table as DynamoDB restores it: the items, without a stream, an expiry or a recovery. */
async function pointInTime(table: string): Promise<string> {
  const name = `${table}-restored`;
  await world.client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['userId', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'userId', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  for (const Item of await readItems(table))
    await world.client.send(new PutItemCommand({ TableName: name, Item }));
  return name;
}

test('a log that lost events and members that lost counts are what they were, and what came since stays', async () => {
  const { events, members } = world.tables;
  const ids = ['ann', 'bo', 'cy'];
  const day = (n: number): string => `2026-03-0${n}T03:00:00.000Z`;
  await world.put(...ids.flatMap((userId) => [1, 2, 3].map((n) => storedEvent(userId, day(n), `e${n}`))));
  await world.settle();
  const restored = await pointInTime(events);
  const before = await Promise.all(ids.map((userId) => world.itemsOf(userId)));

  await world.put(
    storedEvent('bo', day(3), 'since'),
    storedEvent('cy', day(1), 'e1', { event: 'Lesson Completed' }),
  );
  for (const n of [1, 2]) await world.remove('ann', `${day(n)}#e${n}`);
  await world.settle();
  for (const { userId, sk } of await readItems(members))
    await world.client.send(new DeleteItemCommand({ TableName: members, Key: { userId: userId!, sk: sk! } }));

  expect(await restore('--from', restored, '--to', events)).toMatchObject({
    code: 0,
    out: expect.stringContaining('9 items were read, 2 of them were missing and are back'),
  });
  await world.settle();
  for (const userId of ids) await recountMember(userId, world.deps());
  const after = await Promise.all(ids.map((userId) => world.itemsOf(userId)));
  expect(after[0]).toEqual(before[0]);
  expect(after[1]).toEqual({ ...before[1], 'day#2026-03-03': { post: 2, daytimeActions: 2 } });
  expect(after[2]).toEqual({ ...before[2], 'day#2026-03-01': { learn: 1, daytimeActions: 1 } });
  expect(await restore('--from', restored, '--to', events)).toMatchObject({
    out: expect.stringContaining('0 of them were missing'),
  });
});

test('tables of another kind, a missing name and one that does not exist are refused with a word', async () => {
  const { control } = await createTables(world.client);
  expect(await restore('--from', control, '--to', world.tables.events)).toMatchObject({
    code: 2,
    err: expect.stringContaining('not the same kind of table'),
  });
  expect(await restore('--from', control)).toMatchObject({ code: 2, err: expect.stringContaining('--to') });
  expect(await restore('--from', 'nowhere', '--to', control)).toMatchObject({ code: 1 });
});
