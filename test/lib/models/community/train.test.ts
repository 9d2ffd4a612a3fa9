import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import { fitCommunity } from '#lib/models/community/train.ts';
import type { FeatureTable } from '#lib/models/feature-tables.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';

const asOf = '2026-11-22';

/** Members with the given features, 0 where none is given. */
const buildTable = (rows: Partial<Record<FeatureName, number>>[]): FeatureTable => ({
  userIds: rows.map((_, i) => `m${i}`),
  columns: Object.fromEntries(
    FEATURES.map((feature) => [feature, Float64Array.from(rows, (row) => row[feature] ?? 0)]),
  ) as FeatureTable['columns'],
});
const parts = (...tables: FeatureTable[]): Partitions<FeatureTable> =>
  async function* () {
    yield* tables;
  };

test('percentiles, means and medians are those worked out by hand', async () => {
  const rows = [
    { posts30: 1, likes30: 1, feedbackMean: Number.NaN, paymentTotal: 300 },
    { replies30: 2, feedbackMean: 4, paymentTotal: 100 },
    { feedbackMean: Number.NaN, views30: 9 },
    { attends30: 7, feedbackMean: 5, paymentTotal: 1_000 },
  ];
  const model = await fitCommunity(parts(buildTable(rows)), { asOf });
  expect(model).toMatchObject({ kind: 'community', format: 1, status: 'fitted', asOf, members: 4 });
  // One with 0, two with 2, one with 7; views are no interaction.
  expect(model.activityPercentiles).toEqual({ counts: [0, 2, 7], shares: [0.125, 0.5, 0.875] });
  expect(model.means).toMatchObject({ paymentTotal: 350, feedbackMean: 4.5, posts30: 0.25 });
  expect(model.medians).toMatchObject({ paymentTotal: 200, feedbackMean: 4.5, posts30: 0, views30: 0 });
});

test('how the members are cut into parts makes no difference to the last digit', async () => {
  const row = fc.record({
    posts30: fc.nat({ max: 5 }),
    paymentTotal: fc.integer({ min: -1_000, max: 100_000 }),
    retention: fc.integer({ min: 0, max: 12 }).map((weeks) => weeks / 12),
    activity: fc.double({ min: 0, max: 3, noNaN: true }),
    feedbackMean: fc.constantFrom(Number.NaN, 1, 4.5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.nat(), async (rows, cut) => {
      const at = cut % (rows.length + 1);
      const whole = await fitCommunity(parts(buildTable(rows)), { asOf });
      expect(
        await fitCommunity(parts(buildTable(rows.slice(at)), buildTable([]), buildTable(rows.slice(0, at))), {
          asOf,
        }),
      ).toEqual(whole);
      const sorted = rows.map(({ paymentTotal }) => paymentTotal).sort((a, b) => a - b);
      const middle = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
      expect(whole.medians.paymentTotal).toBe((middle[0]! + middle[1]!) / 2);
    }),
  );
});

test('a community of nobody is described by zeros', async () => {
  const model = await fitCommunity(parts(buildTable([])), { asOf });
  expect(model).toMatchObject({ members: 0, activityPercentiles: { counts: [], shares: [] } });
  expect(new Set([...Object.values(model.means), ...Object.values(model.medians)])).toEqual(new Set([0]));
});
