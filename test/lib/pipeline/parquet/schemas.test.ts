import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { CATALOGUE, FEATURES, type FeatureKind, type FeatureName } from '#lib/features/catalogue.ts';
import { ownFeatures, withActivity } from '#lib/features/features.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { openParquet } from '#lib/pipeline/parquet/parquet-reader.ts';
import { parquetFileWriter } from '#lib/pipeline/parquet/parquet-writer.ts';
import { FEATURE_COLUMNS, SNAPSHOT_COLUMNS, TRAINING_COLUMNS } from '#lib/pipeline/parquet/schemas.ts';
import { foldLog } from '#test/lib/members/plain-fold.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

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
  const written = {
    key: 'part.parquet',
    body: file.finish(),
    columns: FEATURE_COLUMNS,
    todo: 'Make it again.',
  };
  expect([...(await openParquet(written).numbers(name))]).toEqual(values);
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
const RULES = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), 'CNY');

/** What members do, of every kind and at any hour of the last 120 days, as it lies in the log. */
const events = fc.array(
  fc.record({
    event: fc.constantFrom(...buildTaxonomy().keys()),
    properties: fc
      .record({ total: fc.integer({ min: 0, max: 999 }), rating: fc.integer({ min: 1, max: 5 }) })
      .map((properties) => JSON.stringify(properties)),
    at: fc
      .date({
        min: new Date(`${addDays(asOf, -120)}T00:00:00Z`),
        max: new Date(`${asOf}T00:00:00Z`),
        noInvalidDate: true,
      })
      .map((time) => time.toISOString()),
  }),
  { minLength: 1, maxLength: 40 },
);

test('whatever a member did, the features computed of it fit their columns', () => {
  const fractions = new Set<string>();
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 7 }), (done, members) => {
      const log = done.map(({ at, ...content }, i) => storedEvent('u', at, `e${i}`, content));
      const days = [...foldLog(log, RULES).amounts]
        .map(([sk, amounts]) => ({ date: sk.slice('day#'.length), amounts }))
        .sort((a, b) => (a.date < b.date ? -1 : 1));
      const own = ownFeatures(days, asOf, addDays(asOf, -1));
      if (own === undefined) return;
      const row = withActivity(own, members);
      const file = parquetFileWriter<FeatureRow>(FEATURE_COLUMNS);
      expect(() => file.add({ userId: 'u', ...row })).not.toThrow();
      for (const name of FEATURES) if (row[name] % 1 > 0) fractions.add(name);
    }),
    { numRuns: 500 },
  );
  // A fraction of each has been tried, which would not fit a column of whole numbers.
  const ofFractions = FEATURES.filter((name) => ['share', 'mean'].includes(CATALOGUE[name].kind));
  expect([...fractions].sort()).toEqual([...ofFractions].sort());
});
