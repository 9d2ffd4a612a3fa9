import { expect, test } from 'vitest';
import { calibrate } from '#lib/models/lifecycle/predict.ts';
import { fitIsotonic } from '#lib/models/numeric/calibration/isotonic.ts';
import { computeAuc, computeLogLoss } from '#lib/models/numeric/statistics/classification-quality.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';

test('adjacent groups in the wrong order are pooled', () => {
  // Groups of 20 with 2, 6, 4 and 18 leavers of 80; the middle two pool to 5 of 20.
  const raw = Array.from({ length: 80 }, (_, i) => i);
  const leavers = [2, 6, 4, 18];
  const left = raw.map((i) => (i % 20 < leavers[Math.floor(i / 20)]! ? 1 : 0) as 0 | 1);
  const overall = 30 / 80;
  const { raw: knots, probability } = fitIsotonic(raw, left);
  expect(knots).toEqual([9.5, 39.5, 69.5]);
  for (const [i, count] of [2, 5, 18].entries())
    expect(probability[i]).toBeCloseTo((count + overall) / 21, 12);
});

test('probabilities rise, are never 0 or 1, and mean what they say', () => {
  const random = seededRandom(3);
  const raw = Array.from({ length: 5_000 }, random);
  const left = raw.map((score) => (random() < score ** 3 ? 1 : 0) as 0 | 1);
  const calibration = fitIsotonic(raw, left);
  expect(calibration.raw.length).toBeLessThanOrEqual(50);
  for (let i = 1; i < calibration.raw.length; i += 1) {
    expect(calibration.raw[i]).toBeGreaterThan(calibration.raw[i - 1]!);
    expect(calibration.probability[i]).toBeGreaterThan(calibration.probability[i - 1]!);
  }
  expect(calibration.probability[0]).toBeGreaterThan(0);
  expect(calibration.probability.at(-1)).toBeLessThan(1);
  for (const score of [0.2, 0.5, 0.8])
    expect(Math.abs(calibrate(calibration, score) - score ** 3)).toBeLessThan(0.06);
  const probabilities = raw.map((score) => calibrate(calibration, score));
  expect(computeLogLoss(probabilities, left)).toBeLessThan(computeLogLoss(raw, left));
  expect(computeAuc(probabilities, left)).toBeCloseTo(computeAuc(raw, left), 2);
});

test('scores that are all the same, or say the opposite, give everybody the overall share', () => {
  const left = Array.from({ length: 50 }, (_, i) => (i % 5 === 0 ? 1 : 0) as 0 | 1);
  const flat = fitIsotonic(new Array<number>(50).fill(0.7), left);
  expect(flat.raw).toEqual([0.7]);
  expect(flat.probability[0]).toBeCloseTo(0.2, 12);
  const raw = Array.from({ length: 100 }, (_, i) => i);
  const reversed = fitIsotonic(
    raw,
    raw.map((i) => (i < 50 ? 1 : 0) as 0 | 1),
  );
  expect(reversed.probability).toHaveLength(1);
  expect(reversed.probability[0]).toBeCloseTo(0.5, 12);
});
