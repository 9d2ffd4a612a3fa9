import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/store-error.ts';

/** Behind every key of the log. */
const AFTER_EVERY_KEY = '\u{10FFFF}';

/** The member whose events lie behind those of another in the log; undefined at its end. Throws StoreError. */
export const nextMemberFinder =
  (client: DynamoDBClient, events: string) =>
  async (userId: string): Promise<string | undefined> => {
    try {
      const { Items } = await client.send(
        new ScanCommand({
          TableName: events,
          Limit: 1,
          ProjectionExpression: 'userId',
          ExclusiveStartKey: { userId: { S: userId }, sk: { S: AFTER_EVERY_KEY } },
        }),
      );
      return Items?.[0]?.['userId']?.S;
    } catch (cause) {
      throw toStoreError('look for the next member of the log', cause);
    }
  };
