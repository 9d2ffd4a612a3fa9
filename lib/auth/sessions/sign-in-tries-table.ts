import { hash } from 'node:crypto';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/store-error.ts';
import type { SignInAttempts } from './sessions.ts';

const WINDOW_MS = 15 * 60_000;

/**
 * Tries by address and quarter of an hour in a control table, which forgets them. Only a hash of the address is kept;
 * of an IPv6 address its /64, which is what one connection gets.
 * @param now milliseconds since 1970
 */
export function signInAttempts(client: DynamoDBClient, table: string, now: () => number): SignInAttempts {
  async function add(address: string, tries: number): Promise<number> {
    const window = Math.floor(now() / WINDOW_MS);
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: 'sign-in' }, sk: { S: `${hash('sha256', network(address), 'base64url')}#${window}` } },
      UpdateExpression: 'ADD tries :tries SET expiresAt = :expires',
      ExpressionAttributeValues: {
        ':tries': { N: String(tries) },
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
