import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditDeps, audit } from '#lib/audit/audit.ts';
import { nextMemberFinder } from '#lib/audit/audit-table.ts';
import { candidateChooser, emptyCandidates } from '#lib/audit/candidates.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { listUncounted, markUncounted, unmarkUncounted } from '#lib/members/uncounted-table.ts';
import { type CountingWorld, startWorld } from '#test/lib/members/counting-world.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

let world: CountingWorld;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ world, stop } = await startWorld());
});
afterAll(async () => stop());

const AT = '2026-03-01T03:00:00.000Z';
const DAY = { S: 'day#2026-03-01' };

const deps = (): AuditDeps => ({
  recount: (userId) => recountMember(userId, world.deps()),
  findNextMember: nextMemberFinder(world.client, world.tables.events),
  listUncounted: () => listUncounted(world.client, world.tables.control),
  markCompared: (userIds) => unmarkUncounted(world.client, world.tables.control, userIds),
  isRebuilding: false,
  isOutOfTime: () => false,
  onFailure: (error) => {
    throw error;
  },
});

async function community(name: string, count: number) {
  const ids = Array.from({ length: count }, (_, i) => `${name}-${String(i).padStart(3, '0')}`);
  await world.put(...ids.map((userId) => storedEvent(userId, AT, 'e')));
  await world.settle();
  const chooser = candidateChooser('run');
  for (const userId of ids) chooser.add(userId, 1);
  return { ids, candidates: chooser.finish() };
}

test('members who are counted as the log says are found right', async () => {
  const { candidates } = await community('right', 20);
  expect(await audit(candidates, deps())).toEqual({
    chosen: 20,
    checked: 20,
    differing: 0,
    items: 0,
    unreadable: 0,
    examples: [],
  });
});

test('a member who was counted wrongly is found and put right', async () => {
  const { candidates } = await community('wrong', 20);
  const Key = { userId: { S: 'wrong-007' }, sk: DAY };
  await world.client.send(
    new UpdateItemCommand({
      TableName: world.tables.members,
      Key,
      UpdateExpression: 'SET post = :seven',
      ExpressionAttributeValues: { ':seven': { N: '7' } },
    }),
  );
  expect(await audit(candidates, deps())).toMatchObject({ differing: 1, items: 1, examples: ['wrong-007'] });
  expect(await world.itemsOf('wrong-007')).toEqual({ [DAY.S]: { post: 1, daytimeActions: 1 } });
});

test('a member of whom everything was lost is found through the log', async () => {
  const { ids, candidates } = await community('lost', 20);
  const lost = candidates.byChance.filter(({ userId }) => userId !== ids[11]);
  await world.client.send(
    new DeleteItemCommand({ TableName: world.tables.members, Key: { userId: { S: ids[11]! }, sk: DAY } }),
  );
  expect(await audit({ ...candidates, byChance: lost, mostActive: [] }, deps())).toMatchObject({
    differing: 1,
    examples: [ids[11]],
  });
  expect(await world.itemsOf(ids[11]!)).toEqual({ [DAY.S]: { post: 1, daytimeActions: 1 } });
});

test('members whose records were given up are compared, and no longer marked once they are right', async () => {
  await world.put(storedEvent('given-up', AT, 'e'));
  await markUncounted(world.client, world.tables.control, ['given-up', 'unreachable'], 'too old', Date.now());
  const failures: unknown[] = [];
  const result = await audit(emptyCandidates(), {
    ...deps(),
    recount: (userId) =>
      userId === 'unreachable' ? Promise.reject(new Error('no answer')) : recountMember(userId, world.deps()),
    onFailure: (error) => void failures.push(error),
  });
  expect(result).toMatchObject({ chosen: 2, checked: 1, differing: 1 });
  expect(failures).toHaveLength(1);
  expect(await listUncounted(world.client, world.tables.control)).toEqual(['unreachable']);
});

test('an audit that runs out of time says how far it came', async () => {
  const { candidates } = await community('many', 30);
  let asked = 0;
  const result = await audit(candidates, { ...deps(), isOutOfTime: () => ++asked > 12 });
  expect(result.chosen).toBeGreaterThanOrEqual(30);
  expect(result.checked).toBe(12);
});

test('what does not read in the log is counted as such', async () => {
  const strange = { userId: { S: 'strange' }, sk: { S: `${AT}#x` }, type: { S: 'z' } };
  await world.client.send(new PutItemCommand({ TableName: world.tables.events, Item: strange }));
  const chooser = candidateChooser('run');
  chooser.add('strange', 0);
  expect(await audit(chooser.finish(), deps())).toMatchObject({ unreadable: 1, differing: 0 });
});
