import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import { FEATURES } from '#lib/features/catalogue.ts';
import {
  dayNumber,
  isActive,
  type MemberDays,
  mondayOf,
  type OwnFeatures,
  ownFeatures,
  withActivity,
} from '#lib/features/features.ts';
import type { Amounts } from '#lib/members/contribution.ts';
import { featuresByDefinition } from '#test/lib/members/features-by-definition.ts';

/** A Sunday; the week that is not over begins on Monday the 16th. */
const asOf = '2026-11-22';
const ago = (days: number) => addDays(asOf, -days);

/** Days by how long before `asOf` they are; a number alone is one with that many views. */
const daysAgo = (byAge: Readonly<Record<number, Amounts | number>>): MemberDays =>
  Object.entries(byAge)
    .map(([age, amounts]) => ({
      date: ago(Number(age)),
      amounts: typeof amounts === 'number' ? { view: amounts } : amounts,
    }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));

/** As the nightly run sees them. */
function atNight(byAge: Readonly<Record<number, Amounts | number>>): OwnFeatures {
  const features = ownFeatures(daysAgo(byAge), asOf, ago(1));
  if (features === undefined) throw new Error('nothing was done');
  return features;
}

describe('periods', () => {
  test('the last 30 days are those from 30 days before to the day before', () => {
    const all = {
      ...{ post: 1, reply: 2, like: 3, attend: 4, view: 5, learn: 6, accept: 7 },
      ...{ order: 1, paidMinor: 100 },
    };
    const one = { posts30: 1, replies30: 2, likes30: 3, attends30: 4, views30: 5, learns30: 6, accepts30: 7 };
    const edges = atNight({ 31: all, 30: all, 1: all });
    for (const [name, count] of Object.entries(one)) expect(edges, name).toMatchObject({ [name]: 2 * count });
    expect(edges).toMatchObject({ interactions30: 20, payment30: 200, activeDays30: 2 });
    expect(atNight({ 31: all })).toMatchObject({
      posts30: 0,
      interactions30: 0,
      payment30: 0,
      activeDays30: 0,
    });
  });

  test('the last 90 days likewise, and what was paid before counts in the total', () => {
    const order = { order: 2, paidMinor: 9_900 };
    expect(atNight({ 91: order, 90: order, 1: order })).toMatchObject({
      orders90: 4,
      payment90: 19_800,
      paymentTotal: 29_700,
      activeDays90: 2,
    });
  });

  test('what was done on the date itself does not count at night, nor what comes later', () => {
    const late = daysAgo({
      40: 1,
      0: { post: 9, paidMinor: 5 },
      [-1]: { post: 9, ratings: 1, ratingSum: 1 },
    });
    expect(ownFeatures(late, asOf, ago(1))).toEqual(ownFeatures(daysAgo({ 40: 1 }), asOf, ago(1)));
  });

  test('interactions are posts, replies, likes and activities joined, and nothing else', () => {
    const others = Object.fromEntries(ACTIONS.map((action) => [action, 1]));
    expect(atNight({ 3: others }).interactions30).toBe(4);
  });
});

describe('who is a member', () => {
  test('nobody before their first action', () => {
    expect(ownFeatures([], asOf, ago(1))).toBeUndefined();
    expect(ownFeatures(daysAgo({ 0: 1 }), asOf, ago(1))).toBeUndefined();
    expect(ownFeatures(daysAgo({ 5: { foreignOrders: 1 } }), asOf, ago(1))).toBeUndefined();
  });

  test('a day whose events were all taken back is as if it had not been', () => {
    const takenBack = { post: 0, view: 0, paidMinor: 0, ratings: 0, ratingSum: 0 };
    expect(ownFeatures(daysAgo({ 5: takenBack }), asOf, ago(1))).toBeUndefined();
    expect(atNight({ 70: takenBack, 20: 1, 5: takenBack, 3: 1, 1: takenBack })).toEqual(
      atNight({ 20: 1, 3: 1 }),
    );
  });

  test.each(ACTIONS)('%s makes a day active', (action) => {
    expect(isActive({ [action]: 1 })).toBe(true);
    expect(isActive({ [action]: 0 })).toBe(false);
  });

  test('money, ratings and hours alone do not', () => {
    expect(
      isActive({
        paidMinor: 5,
        ratings: 1,
        ratingSum: 5,
        promoters: 1,
        foreignOrders: 1,
        nightActions: 1,
        seq: 7,
      }),
    ).toBe(false);
  });
});

describe('recency and tenure', () => {
  test('count days back from the date: who acted yesterday has recency 1, who joined then tenure 1', () => {
    expect(atNight({ 1: 1 })).toMatchObject({ recencyDays: 1, tenureDays: 1 });
    expect(atNight({ 200: 1, 9: 1 })).toMatchObject({ recencyDays: 9, tenureDays: 200 });
  });

  test('are 0 for who is here for the first time this very day', () => {
    expect(ownFeatures(daysAgo({ 0: 1 }), asOf, asOf)).toMatchObject({ recencyDays: 0, tenureDays: 0 });
  });

  test('see past days without action at both ends', () => {
    const paidOnly = { paidMinor: 100 };
    expect(atNight({ 50: paidOnly, 40: 1, 10: 1, 2: paidOnly })).toMatchObject({
      recencyDays: 10,
      tenureDays: 40,
    });
  });
});

describe('retention', () => {
  test.each([
    ['2026-11-15', '2026-11-09'],
    ['2026-11-16', '2026-11-16'],
    ['2026-11-22', '2026-11-16'],
    ['2026-11-23', '2026-11-23'],
    ['1970-01-01', '1969-12-29'],
    ['1969-12-28', '1969-12-22'],
  ])('the week of %s begins on Monday %s', (date, monday) => {
    expect(mondayOf(dayNumber(date))).toBe(dayNumber(monday));
  });

  const joined = (first: string, ...later: string[]) =>
    ownFeatures(
      [first, ...later].map((date) => ({ date, amounts: { view: 1 } })),
      asOf,
      ago(1),
    );

  test('a week counts when the member was here from its Monday on and it is over', () => {
    expect(joined('2026-11-09')).toMatchObject({ retentionWeeks: 1, retention: 1 });
    expect(joined('2026-11-10')).toMatchObject({ retentionWeeks: 0, retention: 1 });
    expect(joined('2026-11-08')).toMatchObject({ retentionWeeks: 1, retention: 0 });
    expect(joined('2026-11-02')).toMatchObject({ retentionWeeks: 2, retention: 0.5 });
  });

  test('several days of one week are one active week, Sunday and Monday are two', () => {
    expect(joined('2026-11-02', '2026-11-03', '2026-11-08')?.retention).toBe(0.5);
    expect(joined('2026-11-02', '2026-11-08', '2026-11-09')?.retention).toBe(1);
  });

  test('the week that is not over counts neither way', () => {
    expect(joined('2026-11-02', '2026-11-16', '2026-11-21')).toMatchObject({
      retentionWeeks: 2,
      retention: 0.5,
    });
  });

  test('on a Monday the week before is over', () => {
    const days = [{ date: '2026-11-16', amounts: { view: 1 } }];
    expect(ownFeatures(days, '2026-11-23', '2026-11-22')).toMatchObject({ retentionWeeks: 1, retention: 1 });
    expect(ownFeatures(days, '2026-11-22', '2026-11-21')).toMatchObject({ retentionWeeks: 0 });
  });

  test('only the last 12 weeks count', () => {
    const old = joined('2026-01-05', '2026-08-23', '2026-08-24', '2026-11-15');
    expect(old).toMatchObject({ retentionWeeks: 12, retention: 2 / 12 });
    expect(joined('2026-08-24')).toMatchObject({ retentionWeeks: 12 });
    expect(joined('2026-08-31')).toMatchObject({ retentionWeeks: 11 });
  });
});

describe('the gap before a return', () => {
  test('is that between two active days whose later one lies in the last 14 days', () => {
    expect(atNight({ 74: 1, 14: 1 }).returnGapDays).toBe(60);
    expect(atNight({ 75: 1, 15: 1 }).returnGapDays).toBe(0);
    expect(atNight({ 61: 1, 1: 1 }).returnGapDays).toBe(60);
  });

  test('is the longest of several', () => {
    expect(atNight({ 80: 1, 20: 1, 12: 1, 8: 1, 3: 1 }).returnGapDays).toBe(8);
    expect(atNight({ 68: 1, 13: 1, 12: 1, 2: 1 }).returnGapDays).toBe(55);
  });

  test('is 0 without one: a single day, or one day after the other', () => {
    expect(atNight({ 5: 1 }).returnGapDays).toBe(0);
    expect(atNight({ 4: 1, 3: 1, 2: 1, 1: 1 }).returnGapDays).toBe(0);
    expect(atNight({ 3: 1, 1: 1 }).returnGapDays).toBe(2);
  });

  test('is seen at once by a score of this second', () => {
    expect(ownFeatures(daysAgo({ 50: 1, 0: 1 }), asOf, asOf)?.returnGapDays).toBe(50);
  });
});

describe('money and ratings', () => {
  test('refunds take away, and may leave less than nothing in a period', () => {
    const order = { order: 1, paidMinor: 19_900 };
    const refund = { refund: 1, paidMinor: -19_900 };
    expect(atNight({ 40: order, 10: refund })).toMatchObject({
      payment30: -19_900,
      payment90: 0,
      paymentTotal: 0,
      orders90: 1,
      activeDays30: 1,
    });
  });

  test('the mean rating is over all time, and NaN for who never rated', () => {
    expect(
      atNight({ 300: { feedback: 2, ratings: 2, ratingSum: 9 }, 2: { ratings: 1, ratingSum: 1 } })
        .feedbackMean,
    ).toBe(10 / 3);
    expect(atNight({ 3: { feedback: 1, promoters: 1 } }).feedbackMean).toBeNaN();
  });
});

describe('the night-owl share', () => {
  const byHour = (night: number, daytime: number): Amounts => ({
    ...{ post: night, view: daytime },
    ...{ nightActions: night, daytimeActions: daytime },
  });

  test('is what was done at night of all actions of the last 30 days', () => {
    expect(
      atNight({ 31: byHour(9, 0), 30: byHour(1, 1), 1: byHour(0, 2), 0: byHour(9, 0) }).nightOwlShare,
    ).toBe(1 / 4);
    expect(atNight({ 2: byHour(3, 0) }).nightOwlShare).toBe(1);
    expect(atNight({ 2: byHour(0, 3) }).nightOwlShare).toBe(0);
  });

  test('is unknown of who did nothing in them, whatever came before', () => {
    expect(atNight({ 31: byHour(1, 1) }).nightOwlShare).toBeNaN();
  });

  test('is unknown while of one action in them the hour is not, and nothing else is', () => {
    const countedBefore = { post: 1 };
    const countedInPart = { post: 3, nightActions: 1, daytimeActions: 1 };
    for (const day of [countedBefore, countedInPart]) {
      expect(atNight({ 9: day, 2: byHour(1, 1) }).nightOwlShare).toBeNaN();
      expect(atNight({ 31: day, 2: byHour(1, 1) }).nightOwlShare).toBe(1 / 2);
    }
    expect(atNight({ 9: countedBefore, 2: byHour(1, 1) })).toMatchObject({ posts30: 2, activeDays30: 2 });
  });
});

describe('activity (活跃度)', () => {
  test('is the interactions of the period by the size of the community', () => {
    const own = atNight({ 3: { post: 20, reply: 30 }, 2: { like: 50, attend: 10, view: 999 } });
    expect(withActivity(own, 250).activity).toBe(110 / 250);
    expect(withActivity(own, 0).activity).toBe(110);
  });

  test('comes on top of all other features, none of which is missing', () => {
    const features = withActivity(atNight({ 3: 1 }), 10);
    for (const name of FEATURES) expect(features[name], name).toBeTypeOf('number');
  });
});

const amounts = fc.dictionary(
  fc.constantFrom(...ACTIONS, 'ratings', 'ratingSum', 'foreignOrders'),
  fc.integer({ min: 0, max: 3 }),
  { maxKeys: 4 },
);
/** Of most days it is known how much was done at night: all of it, or none. */
const hours = fc.constantFrom<'nightActions' | 'daytimeActions' | undefined>(
  ...(['nightActions', 'daytimeActions', 'daytimeActions', undefined] as const),
);
const paidDay = fc
  .tuple(amounts, fc.integer({ min: -500, max: 500 }), hours)
  .map(([counts, paidMinor, hour]): Amounts => {
    const actions = ACTIONS.reduce((sum, action) => sum + (counts[action] ?? 0), 0);
    return { ...counts, paidMinor, ...(hour !== undefined && { [hour]: actions }) };
  });
const history = (ages: { min: number; max: number }) =>
  fc
    .uniqueArray(fc.tuple(fc.integer(ages), paidDay), { selector: ([age]) => age, maxLength: 40 })
    .map((days) => daysAgo(Object.fromEntries(days)));
const dates = fc.integer({ min: 0, max: 13 }).map((days) => addDays(asOf, days));

describe('for any history', () => {
  test('at midnight, before anything is done, the score of this second is that of the night', () => {
    fc.assert(
      fc.property(history({ min: 1, max: 200 }), dates, (days, today) => {
        expect(ownFeatures(days, today, today)).toEqual(ownFeatures(days, today, addDays(today, -1)));
      }),
    );
  });

  test('what comes after the last date that counts changes nothing, so any past date can be computed again', () => {
    fc.assert(
      fc.property(history({ min: -100, max: 200 }), dates, (days, date) => {
        const known = days.filter((day) => day.date < date);
        const through = addDays(date, -1);
        expect(ownFeatures(days, date, through)).toEqual(ownFeatures(known, date, through));
      }),
    );
  });

  test('the features are what their definitions say, counted one by one', () => {
    fc.assert(
      fc.property(history({ min: -10, max: 200 }), dates, fc.boolean(), (days, date, today) => {
        const through = today ? date : addDays(date, -1);
        expect(ownFeatures(days, date, through)).toEqual(featuresByDefinition(days, date, through));
      }),
      { numRuns: 500 },
    );
  });
});
