import type { Ratio } from './report.ts';

/** A ratio with what it is made of. */
export const ratio = (numerator: number, denominator: number): Ratio => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
});
