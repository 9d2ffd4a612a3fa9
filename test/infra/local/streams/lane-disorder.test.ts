import { expect, test } from 'vitest';
import { assignLane, laneCount, laneDisorder, readSeed } from '#infra/local/streams/lane.ts';

const times = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));
const items = times(1_000, (index) => `[["sk",{"S":"event-${index}"}],["userId",{"S":"u"}]]`);

test('a shard is spread over two lanes where the mapping wants one batch at once, over eight where it wants four', () => {
  expect([laneCount(1), laneCount(4)]).toEqual([2, 8]);
});

test('the items of one member are spread evenly over all lanes', () => {
  const counts = times(8, (lane) => items.filter((item) => assignLane(1, item, 8) === lane).length);
  expect(Math.min(...counts)).toBeGreaterThan(80);
  expect(counts.reduce((sum, count) => sum + count)).toBe(1_000);
});

test('the same seed gives the same lanes, pauses, cuts and repeats; another seed gives others', () => {
  const drawn = (seed: number) => {
    const lane = laneDisorder(seed, 3);
    return {
      lanes: items.map((item) => assignLane(seed, item, 8)),
      batches: times(300, () => [lane.pauseMs(), lane.cut(500), lane.repeatAfterMs()]),
    };
  };
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(8).lanes).not.toEqual(drawn(7).lanes);
  expect(drawn(8).batches).not.toEqual(drawn(7).batches);
});

test('how one lane is cut does not depend on how much it was paused, or on other lanes', () => {
  const [asked, fresh] = [laneDisorder(7, 0), laneDisorder(7, 0)];
  times(10, () => [asked.pauseMs(), asked.repeatAfterMs(), laneDisorder(7, 1).cut(9)]);
  expect(times(50, () => asked.cut(500))).toEqual(times(50, () => fresh.cut(500)));
});

test('one batch in ten is cut, one in fifty comes again; no wait is over some tens of ms, or 200 before a repeat', () => {
  const lane = laneDisorder(1, 0);
  const cuts = times(10_000, () => lane.cut(500));
  expect(cuts.filter((count) => count < 500).length / 10_000).toBeCloseTo(0.1, 1);
  expect(Math.min(...cuts)).toBeGreaterThan(0);
  const repeats = times(10_000, () => lane.repeatAfterMs()).filter((after) => after !== undefined);
  expect(repeats.length / 10_000).toBeCloseTo(0.02, 2);
  expect(Math.max(...repeats)).toBeLessThanOrEqual(200);
  expect(Math.max(...times(1_000, () => lane.pauseMs()))).toBeLessThanOrEqual(50);
});

test('a batch of one record is never cut to nothing', () => {
  const lane = laneDisorder(1, 0);
  expect(new Set(times(200, () => lane.cut(1)))).toEqual(new Set([1]));
});

test('ZHIQUN_LOCAL_SEED decides; without it every start has a seed of its own', () => {
  expect(readSeed({ ZHIQUN_LOCAL_SEED: '20260308' })).toBe(20_260_308);
  expect(readSeed({})).not.toBe(readSeed({}));
  expect(() => readSeed({ ZHIQUN_LOCAL_SEED: 'some' })).toThrow('ZHIQUN_LOCAL_SEED is some');
});
