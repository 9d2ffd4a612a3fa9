import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item, StoredEvent } from '#lib/tracking/stored-event.ts';
import type { ItemChange, LogChange } from './changes.ts';
import type { Amounts } from './contribution.ts';
import { profileItem, readProfileItem } from './member-items.ts';
import { isAboutProfile, merged, type Profile, profileOf, withoutTraitsOf } from './profile.ts';

/** The write side of the members table, as the stream's consumer needs it. */
export interface MemberWriter {
  /** Counts changes into one item; those at or below its watermark are already in it and are left out. */
  add(userId: string, sk: string, changes: readonly ItemChange[]): Promise<void>;
  /** Merges identify and alias calls into the profile. */
  mergeProfile(userId: string, changes: readonly LogChange[]): Promise<void>;
  /** Notes that everything of this member up to a rebuild's marker has been counted. */
  acknowledgeMarker(marker: { userId: string; id: string }, seq: string): Promise<void>;
}

/**
 * The members table as the stream's consumer writes it.
 * @param aboutProfile reads all identify and alias calls of a member from the log
 */
export function memberWriter(
  client: DynamoDBClient,
  table: string,
  aboutProfile: (userId: string) => Promise<StoredEvent[]>,
): MemberWriter {
  return {
    add: (userId, sk, changes) => addChanges(client, table, userId, sk, changes),

    async mergeProfile(userId, changes) {
      const item = await getItem(client, table, userId, 'profile');
      const watermark = item?.['seq']?.S ?? '';
      const due = changes.filter(({ seq }) => seq > watermark);
      const last = due.at(-1);
      // Going before any profile there is: nothing to take away, and a removal creates no item.
      if (last === undefined || (item === undefined && due.every(({ after }) => after === undefined))) return;
      const { profile, expired } = readProfileItem(item);
      const next = await afterChanges(profile, expired, due, () => aboutProfile(userId));
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: profileItem(userId, next.profile, next.expired, last.seq),
          ...unchangedSince(item),
        }),
      );
    },

    async acknowledgeMarker({ userId, id }, seq) {
      const Item = { userId: { S: userId }, sk: { S: 'rebuild' }, marker: { S: id }, seq: { S: seq } };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },
  };
}

async function addChanges(
  client: DynamoDBClient,
  table: string,
  userId: string,
  sk: string,
  changes: readonly ItemChange[],
): Promise<void> {
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return;
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { userId: { S: userId }, sk: { S: sk } },
        ...additionOf(first, last, changes),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const left = stillDue(changes, error.Item);
    if (left.length === changes.length) throw error;
    await addChanges(client, table, userId, sk, left);
  }
}

/** What is left to count after the condition failed on the item as it was. */
function stillDue(changes: readonly ItemChange[], item: Item | undefined): readonly ItemChange[] {
  if (item === undefined) {
    const firstAddition = changes.findIndex(({ removal }) => !removal);
    return firstAddition === -1 ? [] : changes.slice(firstAddition);
  }
  const watermark = item['seq']?.S ?? '';
  return changes.filter(({ seq }) => seq > watermark);
}

function additionOf(
  first: ItemChange,
  last: ItemChange,
  changes: readonly ItemChange[],
): Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> {
  const names: Record<string, string> = {};
  const values: Item = { ':first': { S: first.seq }, ':last': { S: last.seq } };
  const additions = Object.entries(summed(changes)).map(([name, amount], index) => {
    names[`#${index}`] = name;
    values[`:${index}`] = { N: String(amount) };
    return `#${index} :${index}`;
  });
  const expired = changes.some((change) => change.expired);
  if (expired) values[':true'] = { BOOL: true };
  const set = `SET seq = :last${expired ? ', expired = :true' : ''}`;
  return {
    UpdateExpression: additions.length === 0 ? set : `${set} ADD ${additions.join(', ')}`,
    ConditionExpression: first.removal ? 'seq < :first' : 'attribute_not_exists(seq) OR seq < :first',
    ...(additions.length === 0 ? {} : { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: values,
  };
}

function summed(changes: readonly ItemChange[]): Amounts {
  const sums: Amounts = {};
  for (const { add } of changes) {
    for (const [name, amount] of Object.entries(add)) sums[name] = (sums[name] ?? 0) + amount;
  }
  return sums;
}

/**
 * What has come merges by itself; what has gone or been corrected is read anew from the log, where only
 * traits whose events have expired by age must be kept from before.
 */
async function afterChanges(
  profile: Profile,
  expired: boolean,
  changes: readonly LogChange[],
  log: () => Promise<StoredEvent[]>,
): Promise<{ profile: Profile; expired: boolean }> {
  let next = profile;
  let aged = expired;
  let reread = false;
  for (const { before, after, expired: byAge } of changes) {
    if (byAge) aged = true;
    else if (before !== undefined && isAboutProfile(before)) {
      next = withoutTraitsOf(next, before);
      reread = true;
    }
    if (after !== undefined) next = merged(next, after);
  }
  if (!reread) return { profile: next, expired: aged };
  const events = await log();
  return { profile: aged ? events.reduce(merged, next) : profileOf(events), expired: aged };
}

/** A condition that holds only while nobody else has written the item. */
export function unchangedSince(
  item: Item | undefined,
): Pick<UpdateItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'> {
  const seq = item?.['seq'];
  return seq === undefined
    ? { ConditionExpression: 'attribute_not_exists(seq)' }
    : { ConditionExpression: 'seq = :seen', ExpressionAttributeValues: { ':seen': seq } };
}

/** One item of a member, read consistently. */
export async function getItem(
  client: DynamoDBClient,
  table: string,
  userId: string,
  sk: string,
): Promise<Item | undefined> {
  const Key = { userId: { S: userId }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item;
}
