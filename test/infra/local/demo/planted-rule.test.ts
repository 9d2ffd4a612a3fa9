import { expect, test } from 'vitest';
import { demoCommunity } from '#infra/local/demo/community.ts';
import { PAYMENT_RULE } from '#infra/local/demo/payment-rule.ts';
import { actsByMember, computeFeatures, computePaymentAfter, toDay } from './features-of.ts';
import { leastSquares } from './least-squares.ts';

const truth = [PAYMENT_RULE.intercept, PAYMENT_RULE.interactions, PAYMENT_RULE.learns, PAYMENT_RULE.payment];

// The shapes of weeks and the moment of the day must not matter, since people load the demo whenever they like.
const moments = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2025, 10, 17 + day, 3 * day, 30)));

test.each(moments)('least squares finds the planted payment rule within two standard errors (%s)', (now) => {
  const { rows, y } = trainingSet(now);
  const { coefficients, standardErrors, r2 } = leastSquares(rows, y);
  expect(y.filter((yuan) => yuan > 0).length).toBeGreaterThanOrEqual(120);
  for (const [i, value] of truth.entries()) {
    expect(Math.abs(coefficients[i]! - value)).toBeLessThan(2 * standardErrors[i]!);
  }
  // Each planted coefficient is also clearly distinct from 0.
  for (const i of [1, 2, 3]) expect(coefficients[i]! / standardErrors[i]!).toBeGreaterThan(5);
  expect(r2).toBeGreaterThan(0.4);
  expect(r2).toBeLessThan(0.9);
});

test('enough members fall silent for a churn model to learn from', () => {
  const now = moments[3]!;
  const asOf = toDay(now.getTime()) - 30;
  const outcomes = [...actsByMember(demoCommunity({ now }).calls).values()].flatMap((acts) => {
    const features = computeFeatures(acts, asOf);
    if (features === undefined || features.recencyDays >= 45 || features.tenureDays < 14) return [];
    return [acts.some(({ day }) => day >= asOf && day < asOf + 30)];
  });
  expect(outcomes.filter((came) => !came).length).toBeGreaterThanOrEqual(100);
  expect(outcomes.filter((came) => came).length).toBeGreaterThanOrEqual(100);
});

function trainingSet(now: Date): { rows: number[][]; y: number[] } {
  const asOf = toDay(now.getTime()) - 30;
  const rows: number[][] = [];
  const y: number[] = [];
  for (const acts of actsByMember(demoCommunity({ now }).calls).values()) {
    const features = computeFeatures(acts, asOf);
    if (features === undefined) continue;
    const { post, reply, like, attend, learn } = features.counts30;
    rows.push([1, post + reply + like + attend, learn, features.payment30]);
    y.push(computePaymentAfter(acts, asOf));
  }
  return { rows, y };
}
