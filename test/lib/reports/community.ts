import fc from 'fast-check';
import { addDays } from '#lib/events/calendar.ts';
import { type MemberDays, ownFeatures } from '#lib/features/features.ts';
import { memberCounter } from '#lib/reports/member-counter.ts';
import { type CommunitySums, emptySums } from '#lib/reports/sums.ts';

export type Community = MemberDays[];

/** What counting these members comes to. */
export function computeSums(members: Community, asOf: string): CommunitySums {
  const sums = emptySums(asOf);
  const count = memberCounter(sums);
  for (const days of members) count(days, ownFeatures(days, asOf, addDays(asOf, -1))?.interactions30 ?? 0);
  return sums;
}

const amounts = fc.record(
  {
    post: fc.integer({ min: 1, max: 5 }),
    reply: fc.integer({ min: 1, max: 5 }),
    view: fc.integer({ min: 1, max: 50 }),
    order: fc.integer({ min: 1, max: 3 }),
    trial: fc.constant(1),
    refund: fc.constant(1),
    paidMinor: fc.integer({ min: -5_000, max: 20_000 }),
    foreignOrders: fc.constant(1),
    ratings: fc.constant(1),
    ratingSum: fc.integer({ min: 1, max: 5 }),
    promoters: fc.constant(1),
    detractors: fc.constant(1),
    nightActions: fc.integer({ min: 1, max: 5 }),
    daytimeActions: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

/** Members with days before and after a date; a few of them years ago. */
export const community = (asOf: string): fc.Arbitrary<Community> => {
  const ago = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -4, max: 70 }) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 250 }) },
    { weight: 1, arbitrary: fc.integer({ min: 780, max: 830 }) },
  );
  const member = fc
    .uniqueArray(fc.record({ ago, amounts }), { maxLength: 25, selector: (day) => day.ago })
    .map((days) =>
      days
        .sort((a, b) => b.ago - a.ago)
        .map((day) => ({ date: addDays(asOf, -day.ago), amounts: day.amounts }))
        .filter((day) => Object.keys(day.amounts).length > 0),
    );
  return fc.array(member, { maxLength: 12 });
};

/** Any date, so that weeks and months begin anywhere. */
export const anyDate: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 1_500 })
  .map((days) => addDays('2023-01-01', days));
