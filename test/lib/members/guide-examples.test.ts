import { describe, expect, test } from 'vitest';
import { FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import { type MemberDays, ownFeatures, withActivity } from '#lib/features/features.ts';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { fitValue } from '#lib/models/value/train.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { assembleReport } from '#lib/reports/assemble.ts';
import { memberCounter } from '#lib/reports/member-counter.ts';
import { emptyScoredSums } from '#lib/reports/scored-sums.ts';
import { emptySums } from '#lib/reports/sums.ts';
import { prepareModels } from '#lib/scoring/prepared-models.ts';
import { computeScore } from '#lib/scoring/score.ts';

// The worked examples of the field's guide (知识付费创业中的用户社群运营, chapter 4), with the results that its formulas have.

const asOf = '2026-12-01';
const own = (days: MemberDays) => ownFeatures(days, asOf, '2026-11-30')!;
const featureValues = (value: number) =>
  Object.fromEntries(FEATURES.map((name) => [name, value])) as Record<FeatureName, number>;

const community = (members: number): FittedModel<'community'> => ({
  ...{ kind: 'community', format: 1, version: `${asOf}-00000000`, asOf, status: 'fitted', members },
  activityPercentiles: { counts: [0], shares: [0.5] },
  means: featureValues(1),
  medians: featureValues(1),
});

describe('activity (活跃度): 20 posts, 30 replies, 50 likes, 10 activities among 100 members', () => {
  const days = [
    { date: '2026-11-03', amounts: { post: 20, reply: 10, like: 50, view: 400 } },
    { date: '2026-11-17', amounts: { reply: 20, attend: 10, learn: 3 } },
  ];

  test('is (20 + 30 + 50 + 10) / 100 = 1.10, where the guide prints 1.00', () => {
    expect(withActivity(own(days), 100).activity).toBe(1.1);
  });

  test('is the same in the score of the member', () => {
    const { activity } = computeScore(own(days), prepareModels({ community: community(100) }));
    expect(activity).toMatchObject({ value: 1.1, count: 110 });
  });
});

describe('retention (留存率): of 1,000 members 800 were active last month, 600 of them this month', () => {
  const sums = emptySums(asOf);
  const count = memberCounter(sums);
  const active = (...dates: string[]) =>
    count(
      dates.map((date) => ({ date, amounts: { view: 1 } })),
      0,
    );
  for (let n = 0; n < 600; n += 1) active('2026-10-31', '2026-11-01', '2026-11-30');
  for (let n = 0; n < 200; n += 1) active('2026-09-05', '2026-10-01');
  // Neither who came back after a month away nor who is new was there to be retained.
  for (let n = 0; n < 120; n += 1) active('2026-09-30', '2026-11-02');
  for (let n = 0; n < 80; n += 1) active('2026-11-15');
  const report = assembleReport({
    ...{ runId: 'r1', generatedAt: `${asOf}T03:00:00Z`, timeZone: 'Asia/Shanghai', currency: 'CNY' },
    ...{ sums, scored: emptyScoredSums(), profiles: [], deadLetters: 0, audit: null, previous: undefined },
    imports: { imported: 0, refused: 0, duplicates: 0 },
  });

  test('is 600 / 800 = 0.75, as the guide prints', () => {
    expect(report.members).toBe(1_000);
    expect(report.retention).toEqual({ month: '2026-11', numerator: 600, denominator: 800, value: 0.75 });
  });
});

describe('value (用户价值) = 100 + 0.5 · activity + 0.2 · retention + 0.3 · payment', () => {
  // In fen: activity and retention are pure numbers, so their coefficients grow a hundredfold, that of the payment does not.
  const inFen = { intercept: 10_000, activity: 50, retention: 20, payment30: 0.3 };
  const model: FittedModel<'value'> = {
    ...{ kind: 'value', format: 1, version: `${asOf}-00000000`, asOf, status: 'fitted', members: 1_000 },
    currency: 'CNY',
    coefficients: Object.entries(inFen).map(([feature, estimate]) => ({
      feature: feature as FeatureName | 'intercept',
      ...{ estimate, standardError: 1, low: estimate - 2, high: estimate + 2, distinguishable: true },
    })),
    means: [0.4, 0.5, 20_000],
    dropped: [],
    intervals: [{ upTo: null, low: -1_000, high: 1_000 }],
    card: {
      ...{ payers: 500, historyDays: 90, heldOut: 200, r2: 0.5, mae: 1 },
      ...{ baseline: { r2: 0, mae: 2 }, deciles: [] },
    },
  };
  /** Activity 120 / 100, active in 4 of 5 complete weeks, 500 yuan. */
  const days = [
    { date: '2026-10-26', amounts: { view: 1 } },
    { date: '2026-11-03', amounts: { like: 120 } },
    { date: '2026-11-10', amounts: { order: 1, paidMinor: 50_000 } },
    { date: '2026-11-17', amounts: { view: 1 } },
    { date: '2026-11-30', amounts: { view: 1 } },
  ];

  test('is 250.76 for activity 1.2, retention 0.8 and 500 yuan, where the guide prints 128.8', () => {
    const features = withActivity(own(days), 100);
    expect(features).toMatchObject({ activity: 1.2, retention: 0.8, payment30: 50_000 });
    const { value } = computeScore(features, prepareModels({ community: community(100), value: model }));
    expect(value).toMatchObject({ amountMinor: 25_076, currency: 'CNY' });
  });

  test('is the base and what each feature adds', () => {
    const { value } = computeScore(own(days), prepareModels({ community: community(100), value: model }));
    const added = value!.contributions!.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    expect(value!.base + added).toBeCloseTo(25_076, 9);
  });

  test('has these coefficients when it is fitted to members who pay by this formula', async () => {
    const random = seededRandom(3);
    const columns = Object.fromEntries(
      FEATURES.map((name) => [name, new Float64Array(400)]),
    ) as TrainingTable['columns'];
    const paymentNext30 = new Float64Array(400);
    for (let i = 0; i < 400; i += 1) {
      columns.activity[i] = random() * 2;
      columns.retention[i] = Math.floor(random() * 13) / 12;
      columns.payment30[i] = Math.floor(random() * 100_000);
      paymentNext30[i] =
        10_000 + 50 * columns.activity[i]! + 20 * columns.retention[i]! + 0.3 * columns.payment30[i]!;
    }
    const userIds = Array.from({ length: 400 }, (_, n) => `m${n}`);
    const table = { userIds, columns, paymentNext30, activeNext30: new Uint8Array(400) };
    const fitted = await fitValue(
      async function* () {
        yield table;
      },
      { asOf, historyDays: 90, currency: 'CNY' },
    );
    if (fitted.status !== 'fitted') throw new Error(JSON.stringify(fitted));
    const estimates = Object.fromEntries(
      fitted.coefficients.map(({ feature, estimate }) => [feature, estimate]),
    );
    expect(Object.keys(estimates)).toEqual(Object.keys(inFen));
    for (const [feature, estimate] of Object.entries(inFen))
      expect(estimates[feature], feature).toBeCloseTo(estimate, 6);
  });
});
