import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { storeError } from './store-error.ts';

/** A thing that one holder at a time may have, until they give it back or are not heard of for too long. */
export interface Lease {
  /**
   * Takes the lease, or prolongs it for who holds it already.
   * @returns who holds it afterwards; another name than one's own means that one has to wait
   */
  take(holder: string): Promise<string>;
  /** Prolongs it if this holder still has it. @returns whether they do */
  renew(holder: string): Promise<boolean>;
  /** Gives it back; does nothing for who does not hold it. */
  giveBack(holder: string): Promise<void>;
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
      throw storeError(`${what} the lease ${name}`, cause);
    }
  };
  const isMine = 'holder = :holder';

  return {
    async take(holder) {
      const condition = `attribute_not_exists(pk) OR ${isMine} OR expiresAtMs < :now`;
      return (await update('take', holder, { condition, until: now() + validMs })) ?? holder;
    },

    async renew(holder) {
      const condition = `${isMine} AND expiresAtMs > :now`;
      return (await update('prolong', holder, { condition, until: now() + validMs })) === undefined;
    },

    async giveBack(holder) {
      await update('give back', holder, { condition: isMine, until: 0 });
    },
  };
}
