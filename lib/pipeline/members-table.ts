import {
  DescribeTableCommand,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { isAnonymous } from '#lib/events/ids.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { toStoreError } from '#lib/platform/errors.ts';

/** All items of one member, in the order of their sort keys. */
export interface ScannedMember {
  userId: string;
  items: Item[];
}

/**
 * The members of one of `of` parts of the table; every member is in exactly one, whole. Anonymous visitors are left
 * out. A scan returns a member's items one after another, so memory holds two pages (1 MB each) and one member. The
 * next page is read while the members of the one before are dealt with. Iterating throws StoreError.
 */
export const scanMembers =
  (client: DynamoDBClient, table: string) =>
  (part: number, of: number): AsyncGenerator<ScannedMember> =>
    readMembers(client, table, part, of);

async function* readMembers(
  client: DynamoDBClient,
  table: string,
  part: number,
  of: number,
): AsyncGenerator<ScannedMember> {
  let member: ScannedMember | undefined;
  for await (const page of scanPages(client, table, part, of)) {
    for (const item of page) {
      const userId = item['userId']?.S ?? '';
      if (member?.userId !== userId) {
        if (member !== undefined && !isAnonymous(member.userId)) yield member;
        member = { userId, items: [] };
      }
      if (!isAnonymous(userId)) member.items.push(item);
    }
  }
  if (member !== undefined && !isAnonymous(member.userId)) yield member;
}

async function* scanPages(
  client: DynamoDBClient,
  table: string,
  part: number,
  of: number,
): AsyncGenerator<Item[]> {
  const pageFrom = (start: Item | undefined): Promise<ScanCommandOutput> =>
    client.send(
      new ScanCommand({ TableName: table, Segment: part, TotalSegments: of, ExclusiveStartKey: start }),
    );
  try {
    let next: Promise<ScanCommandOutput> | undefined = pageFrom(undefined);
    while (next !== undefined) {
      const { Items, LastEvaluatedKey }: ScanCommandOutput = await next;
      next = LastEvaluatedKey === undefined ? undefined : pageFrom(LastEvaluatedKey);
      // It is awaited later; a failure before that must not count as unhandled.
      next?.catch(() => {});
      yield Items ?? [];
    }
  } catch (cause) {
    throw toStoreError(`scan part ${part} of ${of} of the members`, cause);
  }
}

/** How large a table is; DynamoDB counts about every six hours, and says 0 of a new one. @throws StoreError */
export async function tableBytes(client: DynamoDBClient, table: string): Promise<number> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    return Table?.TableSizeBytes ?? 0;
  } catch (cause) {
    throw toStoreError('ask for the size of the members table', cause);
  }
}
