import { expect, test } from 'vitest';
import { computeSilhouettes } from '#lib/models/numeric/kmeans/cluster-quality.ts';

const rows = Float64Array.from([0, 1, 10, 11]);
const of = (...labels: number[]) => ({ k: Math.max(...labels) + 1, labels: Uint8Array.from(labels) });

test('the widths are those of the definition', () => {
  const two = (1 - 1 / 10.5 + (1 - 1 / 9.5)) / 2;
  // Who is alone has 0.
  expect(computeSilhouettes(rows, 1, [of(0, 0, 1, 1), of(0, 0, 1, 2)])).toEqual([
    expect.closeTo(two, 12),
    expect.closeTo((1 - 1 / 10 + 1 - 1 / 9) / 4, 12),
  ]);
});

test('a bad cut is below 0, one cluster and equal rows are 0', () => {
  const [bad, one] = computeSilhouettes(rows, 1, [of(0, 1, 0, 1), of(0, 0, 0, 0)]);
  expect(bad).toBeLessThan(0);
  expect(one).toBe(0);
  expect(computeSilhouettes(new Float64Array(6), 2, [of(0, 1, 1)])).toEqual([0]);
});

test('clusters without a row do not matter', () => {
  const empty = { k: 5, labels: Uint8Array.from([1, 1, 4, 4]) };
  const [full, withEmpty] = computeSilhouettes(rows, 1, [of(0, 0, 1, 1), empty]);
  expect(withEmpty).toBe(full);
});
