import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toStoreError } from '#lib/platform/store-error.ts';

/** How large a table is; DynamoDB counts about every six hours, and says 0 of a new one. @throws StoreError */
export async function tableBytes(client: DynamoDBClient, table: string): Promise<number> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    return Table?.TableSizeBytes ?? 0;
  } catch (cause) {
    throw toStoreError('ask for the size of the members table', cause);
  }
}
