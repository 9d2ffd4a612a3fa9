import { expect, test } from 'vitest';
import { fitLeastSquares } from '#lib/models/numeric/regression/least-squares.ts';
import { mergeReductions, type Reduction, Tsqr } from '#lib/models/numeric/regression/tsqr.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { column, normal } from '#test/lib/models/generated.ts';

const ROWS = 3_000;

test('the factor has the same cross products as the centred columns', () => {
  const columns = [column(ROWS, normal(1)), column(ROWS, seededRandom(2)), column(ROWS, normal(3))];
  const { r, width } = reduced(columns);
  const centred = columns.map((values) => {
    const mean = sum(ROWS, (i) => values[i]!) / ROWS;
    return values.map((value) => value - mean);
  });
  for (let a = 0; a < width; a += 1) {
    for (let b = 0; b < width; b += 1) {
      const product = sum(ROWS, (i) => centred[a]![i]! * centred[b]![i]!);
      expect(sum(width, (i) => r[i * width + a]! * r[i * width + b]!)).toBeCloseTo(product, 9);
      if (a > b) expect(r[a * width + b]).toBe(0);
    }
  }
});

test('however rows are cut into parts, the fit is the same to 1e-8, eight orders of magnitude and an epoch apart', () => {
  const columns = hardColumns();
  const whole = coefficients(reduced(columns));
  for (const size of [1, 7, 100, 255, 256, 257, 2_999]) {
    const reducer = new Tsqr(columns.length);
    for (let from = 0; from < ROWS; from += size)
      reducer.add(columns.map((c) => c.subarray(from, from + size)));
    expectSame(coefficients(reducer.reduction()), whole);
  }
});

test('reductions of parts merge in any order and grouping', () => {
  const columns = hardColumns();
  const parts = [0, 900, 901, 2_400].map((from, i, all) => {
    return reduced(columns.map((c) => c.slice(from, all[i + 1] ?? ROWS)));
  }) as [Reduction, Reduction, Reduction, Reduction];
  const [a, b, c, d] = parts;
  const whole = coefficients(reduced(columns));
  for (const merged of [
    mergeReductions(mergeReductions(mergeReductions(a, b), c), d),
    mergeReductions(a, mergeReductions(b, mergeReductions(c, d))),
    mergeReductions(mergeReductions(d, b), mergeReductions(c, a)),
  ]) {
    expect(merged.rows).toBe(ROWS);
    expectSame(coefficients(merged), whole);
  }
});

test('a part of no rows changes nothing', () => {
  const some = reduced(hardColumns());
  const none = new Tsqr(some.width).reduction();
  expect(mergeReductions(none, none).rows).toBe(0);
  expectSame(coefficients(mergeReductions(none, some)), coefficients(some));
  expect(mergeReductions(some, none)).toEqual(mergeReductions(none, some));
});

function hardColumns(): Float64Array[] {
  const [random, noise] = [seededRandom(5), normal(6)];
  const fen = column(ROWS, () => Math.round(1e8 * Math.exp(noise())));
  const ratio = column(ROWS, random);
  const epoch = column(ROWS, () => 1.7e9 + Math.floor(1e5 * random()));
  const count = column(ROWS, () => Math.floor(20 * random()));
  const y = column(ROWS, (i) => 3e-7 * fen[i]! + 40 * ratio[i]! + 2e-5 * epoch[i]! - 2 * count[i]! + noise());
  return [fen, ratio, epoch, count, y];
}

function reduced(columns: readonly Float64Array[]): Reduction {
  const reducer = new Tsqr(columns.length);
  reducer.add(columns);
  return reducer.reduction();
}

const coefficients = (reduction: Reduction): number[] => fitLeastSquares(reduction).slopes;

function expectSame(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! / value - 1)).toBeLessThan(1e-10);
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += term(i);
  return total;
}
