import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/store-error.ts';
import type { EndedSessions } from './sessions.ts';

const TIMEOUT_MS = 2_000;

/** Ended sessions in a control table; DynamoDB forgets each when it would have ended by itself. */
export function endedSessions(client: DynamoDBClient, table: string): EndedSessions {
  const keyOf = (id: string) => ({ pk: { S: 'session-end' }, sk: { S: id } });
  return {
    async has(id) {
      const get = new GetItemCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true });
      try {
        const { Item } = await client.send(get, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
        return Item !== undefined;
      } catch (cause) {
        throw toStoreError('look up an ended session', cause);
      }
    },
    async add(id, expiresAt) {
      const Item = { ...keyOf(id), expiresAt: { N: String(Math.ceil(expiresAt / 1_000)) } };
      try {
        await client.send(new PutItemCommand({ TableName: table, Item }));
      } catch (cause) {
        throw toStoreError('end a session', cause);
      }
    },
  };
}
