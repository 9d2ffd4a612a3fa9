import { randomInt } from 'node:crypto';
import { createRandom } from '#infra/local/host/random.ts';
import { payloadLimitBytes } from '#infra/local/lambda/functions.ts';
import type { StreamRecord } from './record.ts';

/** Records of some items, delivered one batch after the other; now and then one that is done comes again. */
export type Lane = {
  offer(record: StreamRecord): void;
  /** Records that wait for a batch or are in one. */
  pending(): number;
  /** Sends a batch if one is due. `quiet`: the stream has nothing more right now, so waiting gains nothing. */
  tick(quiet: boolean): void;
  /** True while nothing is held and nothing comes again. */
  idle(): boolean;
  /** Resolves when what is under way now has ended. */
  settled(): Promise<unknown>;
};

export type LaneOptions = {
  batchSize: number;
  windowMs: number;
  disorder: LaneDisorder;
  now(): number;
  /** Rejects if the poller stops meanwhile. */
  wait(ms: number): Promise<void>;
  /** Resolves when every record is done for good; rejects if the poller stops meanwhile. */
  deliver(batch: readonly StreamRecord[]): Promise<void>;
  /** Delivers a batch that is done a second time. How that ends is of no interest. */
  repeat(batch: readonly StreamRecord[]): Promise<unknown>;
};

const batchLimitBytes = payloadLimitBytes - 64; // room for {"Records":[…]}

/** A batch is due when it is full, when its first record has waited for the whole window, or when all is quiet. */
export function createLane(options: LaneOptions): Lane {
  const { batchSize, windowMs, disorder, now, wait } = options;
  let waiting: { record: StreamRecord; since: number }[] = [];
  let inBatch = 0;
  let quiet = false;
  let busy = false;
  let current = Promise.resolve();
  /** One at a time, so that a lane holds no more than one batch beyond what it delivers. */
  let repeating: Promise<void> | undefined;

  function isDue(): boolean {
    const first = waiting[0];
    return first !== undefined && (quiet || waiting.length >= batchSize || now() - first.since >= windowMs);
  }

  function start(): void {
    if (busy || !isDue()) return;
    busy = true;
    current = deliverNext().then(
      () => {
        busy = false;
        start();
      },
      () => {}, // stopped: whoever resumes delivers this batch again
    );
  }

  async function deliverNext(): Promise<void> {
    await wait(disorder.pauseMs());
    const batch = takeBatch();
    inBatch = batch.length;
    await options.deliver(batch);
    inBatch = 0;
    const afterMs = disorder.repeatAfterMs();
    if (afterMs !== undefined) repeating ??= repeat(batch, afterMs);
  }

  async function repeat(batch: readonly StreamRecord[], afterMs: number): Promise<void> {
    try {
      await wait(afterMs);
      await options.repeat(batch);
    } catch {
      // Its records are done already.
    }
    repeating = undefined;
  }

  function takeBatch(): StreamRecord[] {
    const batch: StreamRecord[] = [];
    let bytes = 0;
    const most = disorder.cut(Math.min(batchSize, waiting.length));
    for (const { record } of waiting.slice(0, most)) {
      bytes += Buffer.byteLength(record.json) + 1;
      if (batch.length > 0 && bytes > batchLimitBytes) break;
      batch.push(record);
    }
    waiting = waiting.slice(batch.length);
    return batch;
  }

  return {
    offer: (record) => {
      waiting.push({ record, since: now() });
    },
    pending: () => waiting.length + inBatch,
    tick: (isQuiet) => {
      quiet = isQuiet;
      start();
    },
    idle: () => !busy && waiting.length === 0 && repeating === undefined,
    settled: () => Promise.all([current, repeating]),
  };
}

/**
 * What Amazon leaves open when it delivers a stream, drawn from a seed, so that nothing can rely on more than is
 * promised: every record at least once, and the records of one item (partition and sort key) in order.
 */
export type LaneDisorder = {
  /** Wait before a batch that is due. */
  pauseMs(): number;
  /** How many of `count` records that would fit go into the next batch; at least one. */
  cut(count: number): number;
  /** When a batch that is done comes a second time; undefined for most. */
  repeatAfterMs(): number | undefined;
};

/**
 * How many shards to make of each shard of the engine: a table without a local secondary index may have the items of
 * one partition key in several.
 */
const virtualShards = 2;

const longestPauseMs = 20;
const cutShare = 1 / 10;
const repeatShare = 1 / 50;
const latestRepeatMs = 200;

/** How many lanes a shard of the engine is spread over. @param parallelization batches of one shard at once */
export function laneCount(parallelization: number): number {
  return virtualShards * parallelization;
}

/** An item always goes to the same lane; other items of its partition key may go to others. */
export function assignLane(seed: number, item: string, lanes: number): number {
  return createRandom(seed, 'lane of', item).between(0, lanes - 1);
}

/** The n-th batch of a lane meets the same with the same seed, whatever other lanes do. */
export function laneDisorder(seed: number, lane: number): LaneDisorder {
  const pauses = createRandom(seed, 'pauses', lane);
  const cuts = createRandom(seed, 'cuts', lane);
  const repeats = createRandom(seed, 'repeats', lane);
  return {
    pauseMs: () => pauses.between(0, longestPauseMs),
    cut: (count) => {
      const [isCut, at] = [cuts.chance(cutShare), cuts.next()];
      return isCut ? 1 + Math.floor(at * (count - 1)) : count;
    },
    repeatAfterMs: () => {
      const [comesAgain, after] = [repeats.chance(repeatShare), repeats.between(0, latestRepeatMs)];
      return comesAgain ? after : undefined;
    },
  };
}

/**
 * `ZHIQUN_LOCAL_SEED`, to meet the same disorder again; a random seed without it.
 * @throws Error if it is not a whole number
 */
export function readSeed(env: NodeJS.ProcessEnv): number {
  const given = env['ZHIQUN_LOCAL_SEED'];
  if (!given) return randomInt(2 ** 31);
  if (!/^\d{1,15}$/.test(given))
    throw new Error(`ZHIQUN_LOCAL_SEED is ${given}: expected a whole number, such as 1 or 20260308`);
  return Number(given);
}
