import { expect, test } from 'vitest';
import { evaluateHeldOut, fitPredictionIntervals } from '#lib/models/value/held-out.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { normal } from '#test/lib/models/generated.ts';

test('quality by hand: squared and absolute error beside those of the mean', () => {
  const quality = evaluateHeldOut({ predicted: [1, 3, 5], observed: [0, 4, 8] }, 3);
  // Squared: 1 + 1 + 9 of 16 + 0 + 16; the baseline 9 + 1 + 25 of these 32.
  expect(quality.r2).toBeCloseTo(1 - 11 / 32, 12);
  expect(quality.mae).toBeCloseTo(5 / 3, 12);
  expect(quality.baseline.r2).toBeCloseTo(1 - 35 / 32, 12);
  expect(quality.baseline.mae).toBeCloseTo(3, 12);
  expect(quality.deciles).toEqual([
    { members: 1, predicted: 5, observed: 8 },
    { members: 1, predicted: 3, observed: 4 },
    { members: 1, predicted: 1, observed: 0 },
  ]);
});

test('tenths go from the highest prediction down and hold every member once', () => {
  const random = seededRandom(1);
  const predicted = Array.from({ length: 1_003 }, random);
  const { deciles, heldOut } = evaluateHeldOut({ predicted, observed: predicted }, 0.5);
  expect(deciles).toHaveLength(10);
  expect(deciles.reduce((sum, { members }) => sum + members, 0)).toBe(heldOut);
  for (const [i, decile] of deciles.entries()) {
    expect(decile.observed).toBe(decile.predicted);
    expect(decile.predicted).toBeLessThan(deciles[i - 1]?.predicted ?? 1);
  }
});

test('everybody paying the same gives finite figures', () => {
  const quality = evaluateHeldOut({ predicted: [1, 2], observed: [5, 5] }, 5);
  expect(quality.r2).toBe(0);
  expect(quality.baseline).toEqual({ r2: 0, mae: 0 });
});

test('80 % of other members end inside the intervals, overall and in every tenth, when most pay nothing', () => {
  const seen = payments(4_000, 1);
  const intervals = fitPredictionIntervals(seen);
  const others = payments(20_000, 2);
  const order = others.predicted.map((_, i) => i).sort((a, b) => others.predicted[a]! - others.predicted[b]!);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const members = order.slice(2_000 * tenth, 2_000 * (tenth + 1));
    const inside = members.filter((i) => {
      const predicted = others.predicted[i]!;
      const { low, high } = intervals.find(({ upTo }) => upTo === null || predicted <= upTo)!;
      const error = others.observed[i]! - predicted;
      return error >= low && error <= high;
    });
    expect(inside.length / members.length).toBeGreaterThan(0.76);
  }
});

test('where more than a tenth pay nothing, every interval reaches nothing', () => {
  const reaching = fitPredictionIntervals(payments(4_000, 6)).filter(
    ({ upTo }) => upTo !== null && upTo < 2_000,
  );
  expect(reaching.length).toBeGreaterThan(3);
  for (const { upTo, low } of reaching) expect(upTo! + low).toBeLessThanOrEqual(0);
});

test('bounds rise, the last is open, and every interval holds its prediction', () => {
  const intervals = fitPredictionIntervals(payments(800, 3));
  expect(intervals).toHaveLength(10);
  expect(intervals.at(-1)!.upTo).toBeNull();
  for (const [i, { upTo, low, high }] of intervals.entries()) {
    if (upTo !== null) expect(upTo).toBeGreaterThan(intervals[i - 1]?.upTo ?? Number.NEGATIVE_INFINITY);
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThanOrEqual(0);
  }
});

test('few members, or predictions all the same, make one interval', () => {
  const few = payments(40, 4);
  expect(fitPredictionIntervals(few)).toHaveLength(1);
  const same = { predicted: new Array<number>(500).fill(3), observed: payments(500, 5).observed };
  expect(fitPredictionIntervals(same)).toEqual([{ upTo: null, low: -3, high: expect.any(Number) }]);
});

/** Payments like a community's: the more is expected the more scatter, and many pay nothing. */
function payments(members: number, seed: number): { predicted: number[]; observed: number[] } {
  const [random, noise] = [seededRandom(seed), normal(seed + 100)];
  const predicted = Array.from({ length: members }, () => 5_000 * random() ** 4);
  const observed = predicted.map((value) => {
    const share = Math.min(0.9, 0.02 + value / 3_000);
    return random() < share ? Math.max(0, (value / share) * (1 + 0.3 * noise())) : 0;
  });
  return { predicted, observed };
}
