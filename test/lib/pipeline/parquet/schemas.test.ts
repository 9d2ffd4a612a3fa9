import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import { CATALOGUE, FEATURES, type FeatureKind, type FeatureName } from '#lib/features/catalogue.ts';
import { ownFeatures, withActivity } from '#lib/features/features.ts';
import { openParquet } from '#lib/pipeline/parquet/parquet-reader.ts';
import { parquetFileWriter } from '#lib/pipeline/parquet/parquet-writer.ts';
import { FEATURE_COLUMNS, SNAPSHOT_COLUMNS, TRAINING_COLUMNS } from '#lib/pipeline/parquet/schemas.ts';

type FeatureRow = { userId: string } & Record<FeatureName, number>;

const TYPES: Record<FeatureKind, string> = {
  count: 'INT32',
  days: 'INT32',
  money: 'INT64',
  share: 'DOUBLE',
  mean: 'DOUBLE',
};
const EXTREMES: Record<FeatureKind, number[]> = {
  count: [0, 1, 30 * 10 ** 7],
  days: [0, 1, 100_000],
  money: [0, -(10 ** 15), 10 ** 15],
  share: [0, 1, 1 / 3],
  mean: [1, 5, 11 / 3],
};

test.each(FEATURES)('%s comes back from a file as it was, at the extremes of its kind', async (name) => {
  const { kind, unknown } = CATALOGUE[name];
  const values = [...EXTREMES[kind], ...(unknown === undefined ? [] : [Number.NaN])];
  const file = parquetFileWriter<FeatureRow>(FEATURE_COLUMNS);
  const others = Object.fromEntries(FEATURES.map((other) => [other, 1])) as Record<FeatureName, number>;
  for (const value of values) file.add({ userId: 'u', ...others, [name]: value });
  expect([...(await openParquet(file.finish()).numbers(name))]).toEqual(values);
});

test.each(FEATURES)(
  '%s has the type of its kind in every file, and null only where it may be unknown',
  (name) => {
    const { kind, unknown } = CATALOGUE[name];
    const files =
      name === 'activity' ? [FEATURE_COLUMNS] : [FEATURE_COLUMNS, SNAPSHOT_COLUMNS, TRAINING_COLUMNS];
    for (const columns of files) {
      expect((columns as typeof FEATURE_COLUMNS).filter((column) => column.name === name)).toEqual([
        { name, type: TYPES[kind], ...(unknown !== undefined && { nullable: true }) },
      ]);
    }
  },
);

const asOf = '2026-11-22';
const amounts = fc.dictionary(
  fc.constantFrom(...ACTIONS, 'paidMinor', 'ratings', 'ratingSum'),
  fc.integer({ min: 1, max: 9 }),
);

test('whatever a member did, the features computed of it fit their columns', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 120 }), amounts), {
        selector: ([age]) => age,
        minLength: 1,
      }),
      fc.integer({ min: 1, max: 7 }),
      (days, members) => {
        const sorted = days
          .map(([age, some]) => ({ date: addDays(asOf, -age), amounts: some }))
          .sort((a, b) => (a.date < b.date ? -1 : 1));
        const own = ownFeatures(sorted, asOf, addDays(asOf, -1));
        if (own === undefined) return;
        const file = parquetFileWriter<FeatureRow>(FEATURE_COLUMNS);
        expect(() => file.add({ userId: 'u', ...withActivity(own, members) })).not.toThrow();
      },
    ),
    { numRuns: 300 },
  );
});
