import { expect, test } from 'vitest';
import {
  computeAuc,
  computeLiftByDecile,
  computeLogLoss,
} from '#lib/models/numeric/statistics/classification-quality.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';

test("the area under the curve of scikit-learn's example is .75, and of its mirror .25", () => {
  expect(computeAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  expect(computeAuc([-0.1, -0.4, -0.35, -0.8], [0, 0, 1, 1])).toBe(0.25);
});

test('it is the share of pairs in the right order, equal scores counting half', () => {
  const random = seededRandom(4);
  const scores = Array.from({ length: 200 }, () => Math.floor(8 * random()));
  const left = scores.map((score) => (random() * 12 < score ? 1 : 0) as 0 | 1);
  let [right, pairs] = [0, 0];
  for (const [i, leaver] of left.entries()) {
    for (const [j, stayer] of left.entries()) {
      if (leaver === 0 || stayer === 1) continue;
      pairs += 1;
      right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  expect(computeAuc(scores, left)).toBeCloseTo(right / pairs, 12);
  expect(computeAuc([1, 1, 1], [0, 1, 0])).toBe(0.5);
});

test('log-loss by hand', () => {
  expect(computeLogLoss([0.9, 0.2], [1, 0])).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8)) / 2, 12);
});

test('tenths go from most at risk down, and their lifts average 1', () => {
  const probabilities = Array.from({ length: 100 }, (_, i) => i / 100);
  const left = probabilities.map((p) => (p >= 0.8 ? 1 : 0) as 0 | 1);
  const tenths = computeLiftByDecile(probabilities, left);
  expect(tenths.map(({ lift }) => lift)).toEqual([5, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(tenths[0]).toMatchObject({ members: 10, observed: 1 });
  expect(tenths[0]!.predicted).toBeCloseTo(0.945, 12);
});
