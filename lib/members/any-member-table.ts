import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/store-error.ts';

/** Whether anything is known of anybody yet; asked until it is, then never again. @throws StoreError */
export function hasAnyMember(client: DynamoDBClient, table: string): () => Promise<boolean> {
  let known = false;
  return async () => {
    if (known) return true;
    try {
      const { Items } = await client.send(new ScanCommand({ TableName: table, Limit: 1 }));
      known = (Items?.length ?? 0) > 0;
      return known;
    } catch (cause) {
      throw toStoreError('look for a first member', cause);
    }
  };
}
