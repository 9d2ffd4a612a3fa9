import { describe, expect, test } from 'vitest';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import { prepareModels } from '#lib/scoring/prepared-models.ts';
import { computeScore } from '#lib/scoring/score.ts';
import { exampleModel, exampleModels, exampleOwn, insufficientModel } from './example-models.ts';

const models = prepareModels(exampleModels());

test('the models of these tests are such as a run would publish', () => {
  for (const kind of MODEL_KINDS) {
    const file = JSON.stringify(exampleModel(kind));
    expect(parseModel(kind, file)).toEqual(exampleModel(kind));
  }
});

test('activity is the share of the community, with the count and who has less beside it', () => {
  const computeActivity = (interactions30: number) =>
    computeScore(exampleOwn({ interactions30 }), models).activity;
  expect(computeActivity(5)).toEqual({ value: 0.5, count: 5, percentile: 0.8 });
  expect(computeActivity(0)).toEqual({ value: 0, count: 0, percentile: 0.2 });
});

test.each([
  [1, 0.4],
  [3, 0.7],
  [6, 0.9],
  [41, 1],
])('a count that nobody had at night, %i, lies between those that some had', (count, share) => {
  expect(computeScore(exampleOwn({ interactions30: count }), models).activity.percentile).toBeCloseTo(
    share,
    12,
  );
});

describe('the profile', () => {
  test('is the nearest one, and its margin says how clearly', () => {
    const { profile } = computeScore(exampleOwn(), models, { explain: false });
    const at = [Math.log1p(9) - 1, (3 - 10) / 5, (1 - 0.5) / 0.5];
    const distance = Math.hypot(at[0]! - 1.5, at[1]! + 1.5, at[2]! - 1);
    const other = Math.hypot(at[0]! + 1, at[1]! - 1, at[2]! + 1);
    expect(profile).toEqual({
      id: 'p1',
      name: '高互动答疑者',
      distance: expect.closeTo(distance, 12),
      margin: expect.closeTo(1 - distance / other, 12),
    });
  });

  test('names the features that draw the member to it rather than to the next, strongest first', () => {
    const { profile } = computeScore(exampleOwn(), models);
    const own = exampleOwn();
    const pull = (x: number, mine: number, other: number) => (x - other) ** 2 - (x - mine) ** 2;
    expect(profile?.reasons).toEqual([
      {
        feature: 'recencyDays',
        value: 3,
        mean: 2,
        median: 1,
        ratio: 1.5,
        words: '最近 3 天没有来',
        pull: expect.closeTo(pull(-1.4, -1.5, 1), 12),
      },
      {
        feature: 'replies30',
        value: 9,
        mean: 3,
        median: 1,
        ratio: 3,
        words: '回复数是社群均值的 3 倍',
        pull: expect.closeTo(pull(Math.log1p(own.replies30) - 1, 1.5, -1), 12),
      },
      expect.objectContaining({ feature: 'activity', pull: expect.closeTo(4, 12) }),
    ]);
    const pulls = profile?.reasons?.map((reason) => reason.pull) ?? [];
    expect(pulls).toEqual(pulls.toSorted((a, b) => b - a));
  });

  test('leaves out what speaks for another profile', () => {
    const { profile } = computeScore(exampleOwn({ recencyDays: 15 }), models);
    expect(profile?.id).toBe('p1');
    expect(profile?.reasons?.map(({ feature }) => feature)).toEqual(['replies30', 'activity']);
  });

  test('has the name that operators gave it, in the language that they gave it in', () => {
    const renamed = prepareModels(exampleModels(), { p1: { zh: '答疑达人' }, p9: { zh: '没有这个' } });
    expect(computeScore(exampleOwn(), renamed).profile?.name).toBe('答疑达人');
    expect(computeScore(exampleOwn(), renamed, { language: 'en' }).profile?.name).toBe('Engaged answerer');
  });
});

describe('the value', () => {
  test('is what the regression says, and base and contributions add up to it', () => {
    const { value } = computeScore(exampleOwn(), models);
    const expected = 1_000 + 0.25 * 20_000 - 40 * 3;
    expect(value).toMatchObject({ amountMinor: expected, currency: 'CNY', low: 3_880, high: 9_880 });
    const sum = value?.contributions?.reduce((all, { amountMinor }) => all + amountMinor, value.base);
    expect(sum).toBeCloseTo(expected, 9);
    expect(value?.contributions?.map(({ feature }) => feature)).toEqual(['payment90', 'recencyDays']);
  });

  test('is a whole number and never below 0', () => {
    const { value } = computeScore(exampleOwn({ payment90: 1, recencyDays: 60 }), models);
    expect(value).toMatchObject({ amountMinor: 0, low: 0 });
    expect(Number.isInteger(value?.high)).toBe(true);
    const odd = computeScore(exampleOwn({ payment90: 9_999 }), models).value;
    expect(odd?.amountMinor).toBe(Math.round(1_000 + 0.25 * 9_999 - 120));
  });
});

test('the churn risk is the calibrated answer of the classifier, and none for those away already', () => {
  expect(computeScore(exampleOwn({ recencyDays: 3 }), models).churnRisk).toBeCloseTo(0.2, 12);
  expect(computeScore(exampleOwn({ recencyDays: 20 }), models).churnRisk).toBeCloseTo(0.5, 12);
  const gone = computeScore(exampleOwn({ recencyDays: 45 }), models);
  expect(gone).toMatchObject({
    stage: 'churned',
    churnRisk: null,
    missing: { churnRisk: 'already_churned' },
  });
});

test.each([
  ['new', { tenureDays: 13, recencyDays: 0 }],
  ['active', { tenureDays: 14, recencyDays: 13 }],
  ['silent', { recencyDays: 14 }],
  ['silent', { recencyDays: 44 }],
  ['churned', { recencyDays: 45 }],
  ['returning', { recencyDays: 2, returnGapDays: 45 }],
  ['active', { recencyDays: 2, returnGapDays: 44 }],
] as const)('a member is %s by rule alone, without any model: %o', (stage, some) => {
  expect(computeScore(exampleOwn(some), prepareModels({})).stage).toBe(stage);
});

test('the stage follows the thresholds of the live model', () => {
  const lifecycle = exampleModel('lifecycle', { thresholds: { newDays: 2, silentDays: 3, churnedDays: 9 } });
  const quick = prepareModels({ ...exampleModels(), lifecycle });
  expect(computeScore(exampleOwn({ recencyDays: 3 }), quick).stage).toBe('silent');
});

test('influence is looked up by id', () => {
  expect(computeScore(exampleOwn(), models, { userId: 'u_1' }).influence).toEqual({
    rank: 2,
    pageRank: 0.2,
    percentile: 0.85,
    circle: 1,
  });
  const nobody = computeScore(exampleOwn(), models, { userId: 'u_2' });
  expect([nobody.influence, nobody.missing.influence]).toEqual([null, 'not_ranked']);
});

describe('what cannot be computed is null and has its reason', () => {
  test('without any model', () => {
    const score = computeScore(exampleOwn(), prepareModels({}));
    expect(score).toEqual({
      activity: { value: null, count: 10, percentile: null },
      retention: 0.75,
      stage: 'active',
      churnRisk: null,
      profile: null,
      value: null,
      influence: null,
      missing: {
        activity: 'no_model',
        churnRisk: 'no_model',
        profile: 'no_model',
        value: 'no_model',
        influence: 'no_model',
      },
    });
  });

  test('with models that say there was too little', () => {
    const score = computeScore(
      exampleOwn(),
      prepareModels({
        ...exampleModels(),
        profiles: insufficientModel('profiles'),
        value: insufficientModel('value'),
      }),
    );
    expect(score).toMatchObject({ profile: null, value: null, churnRisk: expect.any(Number) });
    expect(score.missing).toMatchObject({ profile: 'insufficient_data', value: 'insufficient_data' });
  });

  test('of a member who joined a minute ago', () => {
    const own = exampleOwn({ tenureDays: 0, recencyDays: 0, retention: 1, retentionWeeks: 0 });
    const score = computeScore(own, models);
    expect(score).toMatchObject({ stage: 'new', retention: null, missing: { retention: 'too_new' } });
    expect(score.profile).not.toBeNull();
  });

  test('of somebody who has done nothing yet', () => {
    const score = computeScore(undefined, models);
    expect(score).toMatchObject({ activity: { value: null, count: 0 }, stage: null, profile: null });
    expect(new Set(Object.values(score.missing))).toEqual(new Set(['no_actions']));
  });

  test('where the size of the community is unknown, by all that asks for activity', () => {
    const { community: _, ...others } = exampleModels();
    const score = computeScore(exampleOwn(), prepareModels(others, {}, { community: 'model_refused' }));
    expect(score.missing).toMatchObject({ activity: 'model_refused', profile: 'model_refused' });
    expect(score.profile).toBeNull();
    expect(score.value).toMatchObject({ amountMinor: 5_880 });
  });
});

test('every null has a reason, and every reason a null', () => {
  for (const set of [{}, exampleModels(), { ...exampleModels(), value: insufficientModel('value') }]) {
    for (const own of [undefined, exampleOwn(), exampleOwn({ recencyDays: 50, retentionWeeks: 0 })]) {
      const score = computeScore(own, prepareModels(set));
      const { activity, missing, ...figures } = score;
      const absent = Object.entries({ ...figures, activity: activity.value })
        .filter(([, value]) => value === null)
        .map(([name]) => name);
      expect(Object.keys(missing).sort()).toEqual(absent.sort());
    }
  }
});
