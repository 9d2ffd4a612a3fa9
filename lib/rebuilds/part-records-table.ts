import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/store-error.ts';
import { type PartRecord, parsePartItem, partKey } from './part-record.ts';
import { TTL_SECONDS } from './rebuild-records-table.ts';

/** The records of parts, as the function that works on one uses them. All methods throw StoreError. */
export interface PartRecords {
  /** Takes a part over from whichever call had it before. @returns how far that came */
  takeOver(recountId: string, part: number): Promise<PartRecord>;
  /** Says how far the part is. @throws Error when another call has taken it over meanwhile */
  save(recountId: string, part: number, record: PartRecord): Promise<void>;
}

/** @param now milliseconds since 1970 */
export function partRecords(client: DynamoDBClient, table: string, now: () => number): PartRecords {
  const heardAt = () => ({ N: String(now()) });
  return {
    async takeOver(recountId, part) {
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: partKey(recountId, part),
            UpdateExpression:
              'SET heardAt = :now, expiresAt = if_not_exists(expiresAt, :expires) ADD calls :one',
            ExpressionAttributeValues: {
              ':now': heardAt(),
              ':expires': { N: String(Math.floor(now() / 1_000) + TTL_SECONDS) },
              ':one': { N: '1' },
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return parsePartItem(Attributes ?? {});
      } catch (cause) {
        throw toStoreError('take over a part of a recount', cause);
      }
    },

    async save(recountId, part, { calls, position, totals, endedAt, fault }) {
      const values = {
        position: position && { S: JSON.stringify(position) },
        totals: { S: JSON.stringify(totals) },
        heardAt: heardAt(),
        endedAt: endedAt === undefined ? undefined : { N: String(endedAt) },
        fault: fault === undefined ? undefined : { S: fault },
      };
      const set = Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: partKey(recountId, part),
            UpdateExpression: `SET ${set.map((_, i) => `#${i} = :${i}`).join(', ')}${fault === undefined ? ' REMOVE fault' : ''}`,
            ConditionExpression: 'calls = :calls',
            ExpressionAttributeNames: Object.fromEntries(set.map(([name], i) => [`#${i}`, name])),
            ExpressionAttributeValues: {
              ...Object.fromEntries(set.map(([, value], i) => [`:${i}`, value])),
              ':calls': { N: String(calls) },
            },
          }),
        );
      } catch (cause) {
        if (cause instanceof ConditionalCheckFailedException)
          throw new Error(`Another call has taken over part ${part} of the recount ${recountId}.`, { cause });
        throw toStoreError('save how far a part of a recount is', cause);
      }
    },
  };
}
