import { addDays } from '#lib/events/calendar.ts';
import { isAnonymous } from '#lib/events/ids.ts';
import { FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import { type MemberDays, ownFeatures, withActivity } from '#lib/features/features.ts';
import type { FeatureTable } from '#lib/models/feature-tables.ts';

/** The features of all members as of a date, as the nightly run makes them; visitors are left out. */
export function buildFeatureTable(days: ReadonlyMap<string, MemberDays>, asOf: string): FeatureTable {
  const seen = [...days].flatMap(([userId, own]) => {
    const features = isAnonymous(userId) ? undefined : ownFeatures(own, asOf, addDays(asOf, -1));
    return features === undefined ? [] : [{ userId, features }];
  });
  const rows = seen.map(({ features }) => withActivity(features, seen.length));
  const column = (feature: FeatureName) => Float64Array.from(rows, (row) => row[feature]);
  return {
    userIds: seen.map(({ userId }) => userId),
    columns: Object.fromEntries(
      FEATURES.map((feature) => [feature, column(feature)]),
    ) as FeatureTable['columns'],
  };
}
