const NORMAL_975 = 1.959963984540054;

/**
 * How many standard errors a 95 % confidence interval reaches to either side: the .975 quantile of Student's t.
 * Expansion 26.7.5 of Abramowitz and Stegun, right to 10⁻⁴ from 10 degrees of freedom on.
 */
export function tQuantile975(freedom: number): number {
  const z = NORMAL_975;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}
