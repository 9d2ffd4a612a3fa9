import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type ImportRecord, importKey, parseImportItem, toImportItem } from './import-record.ts';

/** The records of imports, as the function that runs them sees them. */
export interface ImportRuns {
  /** the record, read consistently */
  find(importId: string): Promise<ImportRecord | undefined>;
  /** writes a record unless there is one, and answers the one that stands */
  create(record: ImportRecord): Promise<ImportRecord>;
  /** replaces a record and answers the new one; undefined when another run has changed it since it was read */
  replace(record: ImportRecord, read: ImportRecord): Promise<ImportRecord | undefined>;
}

export function importRuns(client: DynamoDBClient, table: string): ImportRuns {
  const find = async (importId: string): Promise<ImportRecord | undefined> => {
    const get = new GetItemCommand({ TableName: table, Key: importKey(importId), ConsistentRead: true });
    const { Item } = await client.send(get);
    return Item === undefined ? undefined : parseImportItem(Item);
  };

  const putIf = async (record: ImportRecord, condition: object): Promise<boolean> => {
    try {
      await client.send(new PutItemCommand({ TableName: table, Item: toImportItem(record), ...condition }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    find,
    async create(record) {
      if (await putIf(record, { ConditionExpression: 'attribute_not_exists(pk)' })) return record;
      return (await find(record.importId)) ?? record;
    },
    async replace(record, read) {
      const next = { ...record, revision: read.revision + 1 };
      const isUnchanged = {
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': { N: String(read.revision) } },
      };
      return (await putIf(next, isUnchanged)) ? next : undefined;
    },
  };
}
