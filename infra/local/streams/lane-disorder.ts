import { randomInt } from 'node:crypto';
import { createRandom } from '#infra/local/host/random.ts';

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
