import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { type AttributeValue, queryAll } from '#lib/platform/dynamodb.ts';
import { toStoreError, withStoreError } from '#lib/platform/errors.ts';
import { PRESET_NAMES, parsePreset } from './presets.ts';

type Item = Record<string, AttributeValue>;

const STORE_ATTEMPTS = 4;

const currentKey = (source: string) => ({ pk: { S: 'source' }, sk: { S: source } });
const versionKey = (source: string, version: number) => ({
  pk: { S: `source#${source}` },
  sk: { S: `version#${String(version).padStart(6, '0')}` },
});

/**
 * The mapping of a source: the one stored for it, else the ready one of the same name.
 * @param version one that was stored earlier, or `ready`; the current one without
 * @returns undefined when there is none
 * @throws StoreError, ImportRefused `mapping_invalid` when the stored one is not valid any more
 */
async function findMapping(
  client: DynamoDBClient,
  table: string,
  source: string,
  version?: number | 'ready',
): Promise<SourceMapping | undefined> {
  if (version !== 'ready') {
    const stored = await findStoredMapping(client, table, source, version);
    if (stored !== undefined || version !== undefined) return stored;
  }
  if (!PRESET_NAMES.includes(source)) return undefined;
  return { source, version: 'ready', mapping: parsePreset(source) };
}

async function findStoredMapping(
  client: DynamoDBClient,
  table: string,
  source: string,
  version?: number,
): Promise<SourceMapping | undefined> {
  const Key = version === undefined ? currentKey(source) : versionKey(source, version);
  try {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    if (Item === undefined) return undefined;
    return { ...parseSummary(source, Item), mapping: parseMapping(JSON.parse(Item['mapping']?.S ?? '{}')) };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ImportError') throw cause;
    throw toStoreError('read the mapping of a source', cause);
  }
}

/**
 * The mapping to import a source's files with, and its name: `<source>@<version>` or `<source>@ready`.
 * @param name the one that an earlier run of the same import used: it may be an older one
 * @throws StoreError, ImportRefused
 */
export async function resolveMapping(
  client: DynamoDBClient,
  table: string,
  source: string,
  name?: string,
): Promise<{ name: string; mapping: Mapping } | undefined> {
  const used = name?.slice(name.lastIndexOf('@') + 1);
  const version = used === undefined ? undefined : used === 'ready' ? used : Number(used);
  const found = await findMapping(client, table, source, version);
  return found && { name: `${source}@${found.version}`, mapping: found.mapping };
}

/**
 * Stores a new version of a source's mapping, beside all earlier ones; what is the same as the last makes none.
 * @param entry `at` is an ISO time, `by` the id of the caller's key
 * @throws StoreError, also when others keep storing one at the same moment
 */
async function storeMapping(
  client: DynamoDBClient,
  table: string,
  source: string,
  { mapping, at, by }: { mapping: Mapping; at: string; by: string },
): Promise<SourceMapping> {
  const text = JSON.stringify(mapping);
  for (let attempt = 1; ; attempt += 1) {
    const last = await findLastStored(client, table, source);
    if (last !== undefined && isDeepStrictEqual(JSON.parse(last.text), JSON.parse(text))) {
      return { ...last.summary, mapping };
    }
    const version = (last?.version ?? 0) + 1;
    const content = { mapping: { S: text }, version: { N: String(version) }, updatedAt: { S: at } };
    const Item = { ...content, createdBy: { S: by } };
    const next =
      last === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :last',
            ExpressionAttributeValues: { ':last': { N: String(last.version) } },
          };
    const current = { TableName: table, Item: { ...currentKey(source), ...Item }, ...next };
    const kept = { TableName: table, Item: { ...versionKey(source, version), ...Item } };
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: current }, { Put: kept }] }));
      return { source, version, mapping, updatedAt: at, createdBy: by };
    } catch (cause) {
      // Somebody else was first: theirs becomes the version before ours.
      if (cause instanceof TransactionCanceledException && attempt < STORE_ATTEMPTS) continue;
      throw toStoreError('store a mapping', cause);
    }
  }
}

/** The last version as it is stored, valid or not: a mapping that went stale must stay replaceable. */
async function findLastStored(client: DynamoDBClient, table: string, source: string) {
  const get = new GetItemCommand({ TableName: table, Key: currentKey(source), ConsistentRead: true });
  try {
    const { Item } = await client.send(get);
    if (Item === undefined) return undefined;
    const summary = parseSummary(source, Item);
    return { summary, version: summary.version, text: Item['mapping']?.S ?? 'null' };
  } catch (cause) {
    throw toStoreError('read the mapping of a source', cause);
  }
}

/**
 * All sources that have a mapping, stored or ready, by name.
 * @throws StoreError
 */
async function listSources(client: DynamoDBClient, table: string): Promise<SourceSummary[]> {
  const sources = new Map<string, SourceSummary>(
    PRESET_NAMES.map((source) => [source, { source, version: 'ready' }]),
  );
  const stored = await withStoreError('list the sources', () =>
    queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :source',
      ExpressionAttributeValues: { ':source': { S: 'source' } },
      ConsistentRead: true,
    }),
  );
  for (const item of stored) {
    const source = item['sk']?.S ?? '';
    sources.set(source, parseSummary(source, item));
  }
  return [...sources.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

function parseSummary(source: string, item: Item) {
  return {
    source,
    version: Number(item['version']?.N ?? 0),
    updatedAt: item['updatedAt']?.S ?? '',
    createdBy: item['createdBy']?.S ?? '',
  };
}

/** The mappings in the control table. @param now milliseconds since 1970 */
export function sources(client: DynamoDBClient, table: string, now: () => number): Sources {
  return {
    list: () => listSources(client, table),
    mapping: (source, version) => findMapping(client, table, source, version),
    store: (source, mapping, by) =>
      storeMapping(client, table, source, { mapping, at: new Date(now()).toISOString(), by }),
  };
}

/** A source that has a mapping. */
export interface SourceSummary {
  source: string;
  /** from 1 on; `ready` for one that comes with the project */
  version: number | 'ready';
  /** ISO time; of stored ones */
  updatedAt?: string;
  /** the id of the key that stored it */
  createdBy?: string;
}

export interface SourceMapping extends SourceSummary {
  mapping: Mapping;
}

/** The mappings of a deployment. All methods throw StoreError. */
export interface Sources {
  /** by name */
  list(): Promise<SourceSummary[]>;
  /** the current mapping, or a version of it; undefined when there is none */
  mapping(source: string, version?: number): Promise<SourceMapping | undefined>;
  /** stores a new version unless the last one says the same; answers the one that stands */
  store(source: string, mapping: Mapping, by: string): Promise<SourceMapping>;
}
