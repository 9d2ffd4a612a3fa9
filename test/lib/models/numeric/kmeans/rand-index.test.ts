import { expect, test } from 'vitest';
import { adjustedRandIndex } from '#lib/models/numeric/kmeans/cluster-quality.ts';

// The values that scikit-learn documents for its adjusted_rand_score.
test.each([
  ['the same', [0, 0, 1, 1], [0, 0, 1, 1], 1],
  ['the same under other names', [0, 0, 1, 1], ['b', 'b', 'a', 'a'], 1],
  ['one group cut in two', [0, 0, 1, 1], [0, 0, 1, 2], 4 / 7],
  ['two groups put together', [0, 0, 1, 2], [0, 0, 1, 1], 4 / 7],
  ['everybody alone against everybody together', [0, 0, 0, 0], [0, 1, 2, 3], 0],
  ['worse than chance', [0, 0, 1, 1], [0, 1, 0, 1], -0.5],
  ['everybody together, both times', [7, 7, 7], ['x', 'x', 'x'], 1],
  ['everybody alone, both times', [1, 2, 3], [3, 2, 1], 1],
])('%s', (_, a, b, index) => {
  expect(adjustedRandIndex(a, b)).toBeCloseTo(index, 12);
  expect(adjustedRandIndex(b, a)).toBeCloseTo(index, 12);
});

test('labelings of other rows are refused', () => {
  expect(() => adjustedRandIndex([1, 2], [1])).toThrow('not of 2 and 1');
});
