import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { queryAll } from '#lib/platform/dynamodb.ts';
import { withStoreError } from '#lib/platform/errors.ts';
import {
  type ImportRecord,
  importKey,
  type ListCursor,
  newestAfter,
  parseImportItem,
  toImportItem,
} from './import-record.ts';

/** An import's record, and the id of S3's multipart upload while its file is coming in parts. */
export interface ImportJob {
  record: ImportRecord;
  uploadId?: string;
}

/** The records of imports, as the API sees them. All methods throw StoreError. */
export interface ImportJobs {
  /**
   * Stores a new record.
   * @param uploadId of S3's multipart upload, when the file comes in parts; it is forgotten when the import begins
   */
  create(record: ImportRecord, uploadId?: string): Promise<void>;
  find(importId: string): Promise<ImportJob | undefined>;
  /** forgets the upload of a file that has arrived in full */
  uploaded(importId: string): Promise<void>;
  /** the newest imports, or those older than a place in that list */
  newest(limit: number, after?: ListCursor): Promise<ImportRecord[]>;
}

/** The records in the control table. */
export function importJobs(client: DynamoDBClient, table: string): ImportJobs {
  return {
    create: (record, uploadId) =>
      withStoreError('store an import', async () => {
        const Item = {
          ...toImportItem(record),
          ...(uploadId !== undefined && { uploadId: { S: uploadId } }),
        };
        const put = { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' };
        await client.send(new PutItemCommand(put));
      }),

    find: (importId) =>
      withStoreError('read an import', async () => {
        const get = { TableName: table, Key: importKey(importId), ConsistentRead: true };
        const { Item } = await client.send(new GetItemCommand(get));
        if (Item === undefined) return undefined;
        const uploadId = Item['uploadId']?.S;
        return { record: parseImportItem(Item), ...(uploadId !== undefined && { uploadId }) };
      }),

    uploaded: (importId) =>
      withStoreError('note that a file has arrived', async () => {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: importKey(importId),
            UpdateExpression: 'REMOVE uploadId',
            ConditionExpression: 'attribute_exists(pk)',
          }),
        );
      }),

    newest: async (limit, after) => newestAfter(await allImports(client, table), limit, after),
  };
}

/**
 * The records of all imports. Ids have no order, so a page of them is taken from all: a few reads for thousands of
 * imports, and no index to keep right.
 * @throws StoreError
 */
export async function allImports(client: DynamoDBClient, table: string): Promise<ImportRecord[]> {
  return withStoreError('list imports', async () => {
    const items = await queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :import',
      ExpressionAttributeValues: { ':import': { S: 'import' } },
      ConsistentRead: true,
    });
    return items.map(parseImportItem);
  });
}

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
