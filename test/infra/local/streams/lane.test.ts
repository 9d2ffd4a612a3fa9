import { expect, test, vi } from 'vitest';
import { createLane, type LaneDisorder, type LaneOptions, laneDisorder } from '#infra/local/streams/lane.ts';

import type { StreamRecord } from '#infra/local/streams/record.ts';

const record = (number: number): StreamRecord => ({
  sequenceNumber: String(number),
  item: 'an item',
  changedAt: 0,
  json: '{}',
});
const listNumbers = (batch: readonly StreamRecord[]) => batch.map(({ sequenceNumber }) => +sequenceNumber);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const calm: LaneDisorder = { pauseMs: () => 0, cut: (count) => count, repeatAfterMs: () => undefined };

/** A lane that was offered the records 1 to `count`; `batches` and `repeats` tell what it sent. */
function buildLane(count: number, disorder: Partial<LaneDisorder>, options: Partial<LaneOptions> = {}) {
  const batches: number[][] = [];
  const repeats: number[][] = [];
  const lane = createLane({
    batchSize: 100,
    windowMs: 1_000,
    disorder: { ...calm, ...disorder },
    now: () => 0,
    wait: async () => {},
    deliver: async (batch) => void batches.push(listNumbers(batch)),
    repeat: async (batch) => void repeats.push(listNumbers(batch)),
    ...options,
  });
  for (const number of range(1, count)) lane.offer(record(number));
  return { lane, batches, repeats };
}

const idle = (lane: { idle(): boolean }) => vi.waitFor(() => expect(lane.idle()).toBe(true), { interval: 1 });

test('under load batches are full', async () => {
  const { lane, batches } = buildLane(500, {});
  lane.tick(false);
  await idle(lane);
  expect(batches.map((batch) => batch.length)).toEqual([100, 100, 100, 100, 100]);
});

test('a batch that is not full waits for its window, unless the stream is quiet', async () => {
  let now = 0;
  const { lane, batches } = buildLane(3, {}, { now: () => now });
  lane.tick(false);
  await lane.settled();
  expect(batches).toEqual([]);
  now = 1_000;
  lane.tick(false);
  await idle(lane);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('what comes while a batch is about to start goes with it', async () => {
  const pauses: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => pauses.push(resolve));
  const { lane, batches } = buildLane(1, {}, { wait });
  lane.tick(true);
  lane.offer(record(2));
  pauses[0]!();
  await idle(lane);
  expect(batches).toEqual([[1, 2]]);
});

test('what is cut off a batch comes next, in order', async () => {
  const cuts = [30, 70];
  const { lane, batches } = buildLane(120, { cut: (count) => cuts.shift() ?? count });
  lane.tick(true);
  await idle(lane);
  expect(batches).toEqual([range(1, 30), range(31, 100), range(101, 120)]);
});

test.each(range(1, 20))(
  'nothing is lost, and no record comes first after a newer one, whatever the seed (%i)',
  async (seed) => {
    const arrived = new Set<number>();
    const deliver = async (batch: readonly StreamRecord[]) => {
      for (const number of listNumbers(batch)) arrived.add(number);
    };
    const { lane } = buildLane(1_000, laneDisorder(seed, 0), { batchSize: 7, deliver, repeat: deliver });
    lane.tick(true);
    await idle(lane);
    expect([...arrived]).toEqual(range(1, 1_000));
  },
);

test('a batch comes again once it is done, beside newer ones', async () => {
  const log: string[] = [];
  let release = () => {};
  const { lane } = buildLane(
    3,
    { repeatAfterMs: () => 5 },
    {
      batchSize: 1,
      deliver: async (batch) => {
        log.push(`${listNumbers(batch)}`);
        if (log.length > 1) await new Promise<void>((resolve) => (release = resolve));
      },
      repeat: async (batch) => void log.push(`${listNumbers(batch)} again`),
    },
  );
  lane.tick(true);
  await vi.waitFor(() => expect(log).toHaveLength(3));
  expect(log.slice(0, 3).sort()).toEqual(['1', '1 again', '2']); // 2 is still under way
  release();
  await vi.waitFor(() => expect(log).toContain('3'));
  release();
  await idle(lane);
  expect(log).toContain('3 again');
});

test('a repeat that does not end holds up no newer batch, and no second one is kept in memory', async () => {
  const repeat = vi.fn(() => new Promise<void>(() => {}));
  const { lane, batches } = buildLane(5, { repeatAfterMs: () => 0 }, { batchSize: 1, repeat });
  lane.tick(true);
  await vi.waitFor(() => expect(batches).toHaveLength(5));
  expect(lane.pending()).toBe(0);
  expect(repeat).toHaveBeenCalledTimes(1);
  expect(lane.idle()).toBe(false);
});

test('a repeat that fails changes nothing', async () => {
  const repeat = vi.fn(() => Promise.reject(new Error('no')));
  const { lane, batches } = buildLane(2, { repeatAfterMs: () => 0 }, { batchSize: 2, repeat });
  lane.tick(true);
  await idle(lane);
  expect(repeat).toHaveBeenCalledTimes(1);
  expect(batches).toEqual([[1, 2]]);
});

test('a poller that stops starts no batch and no repeat any more', async () => {
  let stopped = false;
  const wait = async () => {
    if (stopped) throw new Error('stopping');
  };
  const deliver = vi.fn(async () => {
    stopped = true;
  });
  const { lane, repeats } = buildLane(2, { repeatAfterMs: () => 0 }, { batchSize: 1, wait, deliver });
  lane.tick(true);
  await vi.waitFor(() => expect(deliver).toHaveBeenCalled());
  await lane.settled();
  expect(deliver).toHaveBeenCalledTimes(1);
  expect(repeats).toEqual([]);
});
