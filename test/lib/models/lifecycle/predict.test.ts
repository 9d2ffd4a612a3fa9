import { expect, test } from 'vitest';
import { calibrate, classify } from '#lib/models/lifecycle/predict.ts';
import type { FlatTree } from '#lib/models/lifecycle/schema.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';

/** coordinate 1 < 0.5 → .1; else coordinate 0 < 2 → .4, else .9 */
const tree: FlatTree = {
  feature: [1, -1, 0, -1, -1],
  threshold: [0.5, 0, 2, 0, 0],
  left: [1, -1, 3, -1, -1],
  right: [2, -1, 4, -1, -1],
  p: [0, 0.1, 0, 0.4, 0.9],
};

test('a tree goes left below the threshold and right at it', () => {
  const answer = (row: number[]) => classify({ kind: 'tree', trees: [tree] }, row);
  expect([answer([9, 0.4]), answer([1, 0.5]), answer([2, 0.5])]).toEqual([0.1, 0.4, 0.9]);
});

test('a forest answers the mean of its trees', () => {
  const leaf: FlatTree = { feature: [-1], threshold: [0], left: [-1], right: [-1], p: [0.5] };
  expect(classify({ kind: 'forest', trees: [tree, leaf] }, [2, 1])).toBeCloseTo(0.7, 12);
});

test('neighbours answer the share of leavers among the nearest, as a full sort finds them', () => {
  const random = seededRandom(2);
  const rows = Array.from({ length: 120 }, () => Array.from({ length: 6 }, random));
  const left = rows.map(() => (random() < 0.4 ? 1 : 0) as 0 | 1);
  for (let round = 0; round < 50; round += 1) {
    const row = Float64Array.from({ length: 6 }, random);
    const distance = (i: number) => rows[i]!.reduce((sum, x, j) => sum + (x - row[j]!) ** 2, 0);
    const nearest = rows.map((_, i) => i).sort((a, b) => distance(a) - distance(b));
    const share = nearest.slice(0, 7).filter((i) => left[i] === 1).length / 7;
    expect(classify({ kind: 'neighbours', k: 7, rows, left }, row)).toBeCloseTo(share, 12);
  }
});

test('of neighbours equally far the earlier one counts, and fewer rows than k all count', () => {
  const rows = [[1], [-1], [1]];
  expect(classify({ kind: 'neighbours', k: 1, rows, left: [1, 0, 0] }, [0])).toBe(1);
  expect(classify({ kind: 'neighbours', k: 9, rows, left: [1, 0, 0] }, [0])).toBeCloseTo(1 / 3, 12);
});

test('probabilities are linear between the knots and flat outside', () => {
  const calibration = { raw: [0.2, 0.4, 0.8], probability: [0.1, 0.2, 0.9] };
  const answers = [0, 0.2, 0.3, 0.4, 0.6, 0.8, 1].map((raw) => calibrate(calibration, raw));
  for (const [i, value] of [0.1, 0.1, 0.15, 0.2, 0.55, 0.9, 0.9].entries())
    expect(answers[i]).toBeCloseTo(value, 12);
  expect(calibrate({ raw: [0.5], probability: [0.3] }, 0.9)).toBe(0.3);
});
