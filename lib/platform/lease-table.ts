import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from './errors.ts';

/** What one holder at a time may have, until it is released or expires. */
export interface Lease {
  /**
   * Acquires the lease, or renews it for its holder.
   * @returns the holder afterwards; another name than one's own means that one has to wait
   */
  acquire(holder: string): Promise<string>;
  /** Renews it if this holder still has it. @returns whether they do */
  renew(holder: string): Promise<boolean>;
  /** Releases it; does nothing for who does not hold it. */
  release(holder: string): Promise<void>;
}

/**
 * A lease in the control table (`pk` = `lease`). All methods throw StoreError.
 * @param name of the thing
 * @param validMs how long a lease lasts without being prolonged
 * @param now milliseconds since 1970; clocks of several machines may differ by far less than `validMs`
 */
export function lease(
  client: DynamoDBClient,
  table: string,
  name: string,
  validMs: number,
  now: () => number,
): Lease {
  /** @returns undefined when the condition held, else who holds the lease */
  const update = async (
    what: string,
    holder: string,
    { condition, until }: { condition: string; until: number },
  ): Promise<string | undefined> => {
    const isNowUsed = condition.includes(':now');
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: 'lease' }, sk: { S: name } },
          UpdateExpression: 'SET holder = :holder, expiresAtMs = :until',
          ConditionExpression: condition,
          ExpressionAttributeValues: {
            ':holder': { S: holder },
            ':until': { N: String(until) },
            ...(isNowUsed && { ':now': { N: String(now()) } }),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return cause.Item?.['holder']?.S ?? '';
      throw toStoreError(`${what} the lease ${name}`, cause);
    }
  };
  const isMine = 'holder = :holder';

  return {
    async acquire(holder) {
      const condition = `attribute_not_exists(pk) OR ${isMine} OR expiresAtMs < :now`;
      return (await update('acquire', holder, { condition, until: now() + validMs })) ?? holder;
    },

    async renew(holder) {
      const condition = `${isMine} AND expiresAtMs > :now`;
      return (await update('renew', holder, { condition, until: now() + validMs })) === undefined;
    },

    async release(holder) {
      await update('release', holder, { condition: isMine, until: 0 });
    },
  };
}
