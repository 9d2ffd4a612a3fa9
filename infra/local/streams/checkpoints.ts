import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { ensureTable } from '#infra/local/engines/resources.ts';

/** Where a consumer of a stream is: after this sequence number, or through with the shard. */
export type Checkpoint = { after: string } | { finished: true };

/** Positions by consumer and shard. They survive a kill: what was done since the last write is delivered again. */
export type Checkpoints = {
  get(consumer: string, shard: string): Checkpoint | undefined;
  /** True if the consumer has ever had a position. */
  knows(consumer: string): boolean;
  set(consumer: string, shard: string, position: Checkpoint): void;
  /** Forgets shards that the stream no longer lists. */
  keepOnly(consumer: string, shards: ReadonlySet<string>): void;
  /** Resolves when all is written. */
  flush(): Promise<void>;
};

export const checkpointTable = 'zhiqun-local-checkpoints';

/**
 * Opens the positions. They lie in the same engine as the streams: should it fall back to an older state,
 * after a power cut for instance, the positions fall back with it.
 * @param writeDelayMs positions are written together, at most this much later
 */
export async function openCheckpoints(client: DynamoDBClient, writeDelayMs = 200): Promise<Checkpoints> {
  await ensureTable(client, checkpointTable, {
    AttributeDefinitions: [
      { AttributeName: 'consumer', AttributeType: 'S' },
      { AttributeName: 'shard', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'consumer', KeyType: 'HASH' },
      { AttributeName: 'shard', KeyType: 'RANGE' },
    ],
  });
  const known = await readAll(client);
  const unwritten = new Map<string, () => Promise<unknown>>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    for (const [key, send] of [...unwritten]) {
      unwritten.delete(key);
      await send();
    }
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };
  function later(consumer: string, shard: string, send: () => Promise<unknown>): void {
    unwritten.set(`${consumer} ${shard}`, send);
    // A write that fails costs nothing but a repetition; the next one carries a later position.
    timer ??= setTimeout(() => {
      flush().catch(() => {
        writing = Promise.resolve();
      });
    }, writeDelayMs);
  }

  return {
    get: (consumer, shard) => known.get(consumer)?.get(shard),
    knows: (consumer) => known.has(consumer),
    set: (consumer, shard, position) => {
      known.set(consumer, (known.get(consumer) ?? new Map<string, Checkpoint>()).set(shard, position));
      const after = 'after' in position ? { after: { S: position.after } } : {};
      const Item = { consumer: { S: consumer }, shard: { S: shard }, ...after };
      later(consumer, shard, () => client.send(new PutItemCommand({ TableName: checkpointTable, Item })));
    },
    keepOnly: (consumer, shards) => {
      for (const shard of known.get(consumer)?.keys() ?? []) {
        if (shards.has(shard)) continue;
        known.get(consumer)?.delete(shard);
        const Key = { consumer: { S: consumer }, shard: { S: shard } };
        later(consumer, shard, () => client.send(new DeleteItemCommand({ TableName: checkpointTable, Key })));
      }
    },
    flush,
  };
}

async function readAll(client: DynamoDBClient): Promise<Map<string, Map<string, Checkpoint>>> {
  const known = new Map<string, Map<string, Checkpoint>>();
  for await (const page of paginateScan({ client }, { TableName: checkpointTable })) {
    for (const { consumer, shard, after } of page.Items ?? []) {
      const position: Checkpoint = after?.S === undefined ? { finished: true } : { after: after.S };
      const ofConsumer = known.get(consumer?.S ?? '') ?? new Map<string, Checkpoint>();
      known.set(consumer?.S ?? '', ofConsumer.set(shard?.S ?? '', position));
    }
  }
  return known;
}
