import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import { buildFailureMessage, deliver, type FailurePolicy, ItemFailures } from './batch.ts';
import type { Checkpoints } from './checkpoints.ts';

import { assignLane, createLane, laneCount, laneDisorder } from './lane.ts';

import type { StreamRecord } from './record.ts';
import { type ShardReader, shardReader } from './shard.ts';

/** An event source mapping from a table's stream to a function. */
export type StreamMapping = FailurePolicy & {
  streamArn: string;
  target: LocalFunction;
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  batchSize: number;
  windowMs: number;
  /** Batches of one shard on their way at once. */
  parallelization: number;
  /** Sends a message to the failure destination. Without one, what is given up is only logged. */
  sendFailure?: (message: string) => Promise<void>;
};

export type StreamPoller = {
  /** Resolves once everything that was in the stream at the time of the call has been dealt with. */
  drained(): Promise<void>;
  stop(): Promise<void>;
};

export type StreamPollerOptions = {
  client: DynamoDBStreamsClient;
  checkpoints: Checkpoints;
  log(message: string): void;
  /** Wait before the n-th retry, in ms. */
  backOffMs?: (attempt: number) => number;
  /** How often to look for new shards, in ms. */
  discoverEveryMs?: number;
  /** Decides what Amazon leaves open, see lane.ts; a random one if left out. */
  seed?: number;
};

const exponentialBackOff = (attempt: number) =>
  Math.min(30_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2);

/**
 * Starts delivering a stream's records to a function, shard by shard, parents before their children. It is as unkind
 * as Amazon may be: the records of one item come in order, those of one partition key also beside each other, batches
 * are of any size, and some come again.
 */
export function pollStream(mapping: StreamMapping, options: StreamPollerOptions): StreamPoller {
  const { client, checkpoints, backOffMs = exponentialBackOff, discoverEveryMs = 60_000 } = options;
  const { seed = randomInt(2 ** 31), log } = options;
  const { streamArn, target } = mapping;
  const consumer = `${target.name} ${streamArn}`;
  const stopping = new AbortController();
  const { signal } = stopping;
  const readers = new Map<string, ShardReader>();
  const lanesBusy = new Map<string, () => Promise<unknown>>();
  const fromLatest = mapping.startingPosition === 'LATEST' && !checkpoints.knows(consumer);
  let discovered = 0;
  let seedLogged = false;

  async function list(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const command = new DescribeStreamCommand({
        StreamArn: streamArn,
        ...(ExclusiveStartShardId && { ExclusiveStartShardId }),
      });
      const page = (await client.send(command, { abortSignal: signal })).StreamDescription;
      shards.push(...(page?.Shards ?? []));
      ExclusiveStartShardId = page?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId);
    return shards;
  }

  async function discover(): Promise<void> {
    const shards = await list();
    const listed = new Set(shards.map(({ ShardId = '' }) => ShardId));
    checkpoints.keepOnly(consumer, listed);
    for (const { ShardId = '', ParentShardId = '' } of shards) {
      if (readers.has(ShardId) || isFinished(ShardId)) continue;
      if (listed.has(ParentShardId) && !isFinished(ParentShardId)) continue;
      read(ShardId, fromLatest && discovered === 0 ? 'LATEST' : 'TRIM_HORIZON');
    }
    discovered += 1;
  }

  const isFinished = (shardId: string) => {
    const position = checkpoints.get(consumer, shardId);
    return position !== undefined && 'finished' in position;
  };

  function read(shardId: string, startingPosition: 'TRIM_HORIZON' | 'LATEST'): void {
    const lanes = Array.from({ length: laneCount(mapping.parallelization) }, (_, lane) =>
      createLane({
        batchSize: mapping.batchSize,
        windowMs: mapping.windowMs,
        disorder: laneDisorder(seed, lane),
        now: () => performance.now(),
        wait: (ms) => delay(ms, undefined, { signal }),
        deliver: (batch) => send(batch, shardId, (record) => reader.done(record)),
        repeat: invoke,
      }),
    );
    const reader = shardReader({
      client,
      streamArn,
      shardId,
      from: checkpoints.get(consumer, shardId),
      startingPosition,
      lanes,
      laneOf: (item) => lanes[assignLane(seed, item, lanes.length)]!,
      save: (position) => checkpoints.set(consumer, shardId, position),
      warn: (message) => log(`stream of ${target.name}: ${message}`),
      signal,
    });
    readers.set(shardId, reader);
    const settled = () => Promise.all(lanes.map((lane) => lane.settled()));
    lanesBusy.set(shardId, settled);
    reader.run().then(async () => {
      if (signal.aborted) return;
      await discover().catch(() => {}); // its children can start; if this fails, the next round finds them
      await settled();
      readers.delete(shardId);
      lanesBusy.delete(shardId);
    });
  }

  function invoke(records: readonly StreamRecord[]): Promise<unknown> {
    return target.invoke(`{"Records":[${records.map(({ json }) => json).join(',')}]}`);
  }

  /** What fails may do so by the order of delivery only; the first line about it says how to repeat that order. */
  function logFailure(message: string): void {
    log(seedLogged ? message : `${message} (delivered in the disorder of ZHIQUN_LOCAL_SEED=${seed})`);
    seedLogged = true;
  }

  function send(
    batch: readonly StreamRecord[],
    shardId: string,
    done: (record: StreamRecord) => void,
  ): Promise<void> {
    return deliver(batch, {
      ...mapping,
      now: Date.now,
      invoke,
      done: (records) => records.forEach(done),
      backOff: (attempt) => delay(backOffMs(attempt), undefined, { signal }),
      onRetry: (error, records, attempt) => {
        // A function may ask for a repetition as a matter of course; what goes on is worth a line.
        const notable = error instanceof ItemFailures ? attempt === 3 : attempt === 1;
        if (notable || attempt % 10 === 0)
          logFailure(`${target.name}: ${errorMessage(error)}; ${records.length} record(s) come again`);
      },
      giveUp: async (records, condition, attempts, error) => {
        logFailure(
          `gave up ${records.length} record(s) for ${target.name} (${condition}): ${errorMessage(error)}`,
        );
        const about = { condition, attempts, functionArn: target.arn, streamArn, shardId, now: new Date() };
        const threw = !(error instanceof ItemFailures);
        await untilSent(buildFailureMessage(records, { ...about, threw }));
      },
    });
  }

  async function untilSent(message: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await mapping.sendFailure?.(message);
      } catch (error) {
        log(`the failure destination of ${target.name} does not answer: ${errorMessage(error)}`);
        await delay(backOffMs(attempt), undefined, { signal });
      }
    }
  }

  const discovering = (async () => {
    while (!signal.aborted) {
      const soon = await discover().then(
        () => discoverEveryMs,
        (error) => {
          if (!signal.aborted)
            log(`the stream of ${target.name} cannot be described: ${errorMessage(error)}`);
          return 1_000;
        },
      );
      await delay(soon, undefined, { signal }).catch(() => {});
    }
  })();

  return {
    drained: async () => {
      const asked = performance.now();
      const idle = () =>
        discovered > 0 && [...readers.values()].every((reader) => reader.idleSince() >= asked);
      while (!idle() && !signal.aborted) await delay(20);
    },
    stop: async () => {
      stopping.abort();
      await discovering;
      // A batch on its way may finish; one that takes longer is delivered again after the next start.
      const busy = Promise.all([...lanesBusy.values()].map((wait) => wait()));
      await Promise.race([busy, delay(1_500, undefined, { ref: false })]);
      await checkpoints.flush().catch((error) => log(`positions are not saved: ${errorMessage(error)}`));
    },
  };
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
