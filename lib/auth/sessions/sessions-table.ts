import { hash } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/errors.ts';
import type { EndedSessions, SignInAttempts } from './sessions.ts';

const TIMEOUT_MS = 2_000;

/** Ended sessions in a control table; DynamoDB forgets each when it would have ended by itself. */
export function endedSessions(client: DynamoDBClient, table: string): EndedSessions {
  const sessionKey = (id: string) => ({ pk: { S: 'session-end' }, sk: { S: id } });
  return {
    async has(id) {
      const get = new GetItemCommand({ TableName: table, Key: sessionKey(id), ConsistentRead: true });
      try {
        const { Item } = await client.send(get, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
        return Item !== undefined;
      } catch (cause) {
        throw toStoreError('look up an ended session', cause);
      }
    },
    async add(id, expiresAt) {
      const Item = { ...sessionKey(id), expiresAt: { N: String(Math.ceil(expiresAt / 1_000)) } };
      try {
        await client.send(new PutItemCommand({ TableName: table, Item }));
      } catch (cause) {
        throw toStoreError('end a session', cause);
      }
    },
  };
}

const WINDOW_MS = 15 * 60_000;

/**
 * Attempts by address and quarter of an hour in a control table, which forgets them. Only a hash of the address is kept;
 * of an IPv6 address its /64, which is what one connection gets.
 * @param now milliseconds since 1970
 */
export function signInAttempts(client: DynamoDBClient, table: string, now: () => number): SignInAttempts {
  async function add(address: string, count: number): Promise<number> {
    const window = Math.floor(now() / WINDOW_MS);
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: 'sign-in' }, sk: { S: `${hash('sha256', network(address), 'base64url')}#${window}` } },
      UpdateExpression: 'ADD tries :tries SET expiresAt = :expires',
      ExpressionAttributeValues: {
        ':tries': { N: String(count) },
        ':expires': { N: String(((window + 2) * WINDOW_MS) / 1_000) },
      },
      ReturnValues: 'UPDATED_NEW',
    });
    try {
      const { Attributes } = await client.send(update);
      return Number(Attributes?.['tries']?.N ?? 0);
    } catch (cause) {
      throw toStoreError('count a sign-in', cause);
    }
  }
  return {
    count: (address) => add(address, 1),
    async undo(address) {
      await add(address, -1);
    },
  };
}

function network(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const left = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  // `::` stands for as many zeros as are missing.
  if (tail !== undefined) while (groups.length + left < 8) groups.push('0');
  return groups.slice(0, 4).join(':');
}
