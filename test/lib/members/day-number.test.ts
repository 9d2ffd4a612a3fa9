import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber } from '#lib/features/features.ts';

test('the number of a day is what the engine’s own calendar says, in every year that is stored', () => {
  const years = { min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31) };
  fc.assert(
    fc.property(fc.integer(years), (ms) => {
      const date = new Date(ms).toISOString().slice(0, 10);
      expect(dayNumber(date)).toBe(Date.parse(date) / 86_400_000);
    }),
    { numRuns: 2_000 },
  );
  for (let day = -400; day < 40_000; day += 1) {
    if (dayNumber(new Date(day * 86_400_000).toISOString().slice(0, 10)) !== day) expect.fail(`day ${day}`);
  }
});
