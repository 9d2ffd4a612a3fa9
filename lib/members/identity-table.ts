import {
  ConditionalCheckFailedException,
  type Delete,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { queryPartition } from '#lib/events/events-table.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { isWrittenUnlessChanged } from './counting-table.ts';
import type { IdentityStore, Link } from './identity.ts';

/** Links in the members table (`anon:<id>`, `link`), events in the log. */
export function identityStore(
  client: DynamoDBClient,
  tables: { events: string; members: string },
): IdentityStore {
  const keyOf = (partition: string) => ({ userId: { S: partition }, sk: { S: 'link' } });

  const readLink = async (partition: string): Promise<Link | undefined> => {
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: tables.members, Key: keyOf(partition), ConsistentRead: true }),
    );
    const userId = item?.['to']?.S;
    return userId === undefined ? undefined : { userId, moved: item?.['moved']?.BOOL === true };
  };

  return {
    readLink,

    async createLink(partition, userId) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tables.members,
            Item: { ...keyOf(partition), to: { S: userId } },
            ConditionExpression: 'attribute_not_exists(userId)',
          }),
        );
        return { userId, moved: false };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await readLink(partition)) ?? { userId, moved: false };
      }
    },

    async markMoved(partition) {
      await client.send(
        new UpdateItemCommand({
          TableName: tables.members,
          Key: keyOf(partition),
          UpdateExpression: 'SET moved = :true',
          ExpressionAttributeValues: { ':true': { BOOL: true } },
        }),
      );
    },

    eventPages: (partition) => queryPartition(client, tables.events, partition),

    async moveEvent(item, userId) {
      const { userId: from, sk } = item;
      if (from === undefined || sk === undefined) return;
      // What the member has under this key and was received later is a correction, and stands.
      const put = {
        TableName: tables.events,
        Item: { ...item, userId: { S: userId } },
        ConditionExpression: 'attribute_not_exists(userId) OR receivedAt <= :received',
        ExpressionAttributeValues: { ':received': item['receivedAt'] ?? { S: '' } },
      };
      const remove = { TableName: tables.events, Key: { userId: from, sk }, ...unchangedSinceRead(item) };
      try {
        await client.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, { Delete: remove }] }),
        );
      } catch (error) {
        const [overPut, overRemove] = failedConditions(error);
        if (overPut && !overRemove)
          await isWrittenUnlessChanged(() => client.send(new DeleteItemCommand(remove)));
        else if (!overPut && !overRemove) throw error;
      }
    },
  };
}

/** Holds while the event has not been corrected or moved; then its own stream record sees to it. */
function unchangedSinceRead(item: Item): Pick<Delete, 'ConditionExpression' | 'ExpressionAttributeValues'> & {
  ExpressionAttributeNames: Record<string, string>;
} {
  const attributes = Object.entries(item).filter(([name]) => name !== 'userId' && name !== 'sk');
  return {
    ConditionExpression: attributes.map((_, index) => `#${index} = :${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(attributes.map(([, value], index) => [`:${index}`, value])),
  };
}

/** Which of the two conditions of a move did not hold. */
function failedConditions(error: unknown): [put: boolean, remove: boolean] {
  const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  const failed = ({ Code }: { Code?: string | undefined } = {}): boolean => Code === 'ConditionalCheckFailed';
  return [failed(reasons[0]), failed(reasons[1])];
}
