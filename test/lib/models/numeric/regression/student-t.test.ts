import { expect, test } from 'vitest';
import { tQuantile975 } from '#lib/models/numeric/regression/hc3.ts';

// From the tables of the distribution.
test.each([
  [10, 2.2281],
  [30, 2.0423],
  [100, 1.984],
  [1_000, 1.9623],
  [1e9, 1.96],
])('the .975 quantile for %d degrees of freedom is %d', (freedom, quantile) => {
  expect(Math.abs(tQuantile975(freedom) - quantile)).toBeLessThan(2e-4);
});
