import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FeatureName } from '#lib/features/catalogue.ts';
import { PROFILE_FEATURES } from '#lib/features/catalogue.ts';
import { PROFILE_KINDS } from '#lib/models/profiles/kinds.ts';
import { nameProfiles, type ZScores } from '#lib/models/profiles/names.ts';

const profile = (given: Partial<Record<FeatureName, number>>): ZScores =>
  new Map(PROFILE_FEATURES.map((feature) => [feature, given[feature] ?? 0]));

test.each([
  [{ replies30: 3.5, likes30: 2.3, activeDays30: 1.8 }, '高互动答疑者', 'Engaged answerer'],
  [{ learns30: 1.7, orders90: 1.4, paymentTotal: 1.2 }, '高价值学员', 'High-value learner'],
  [{ learns30: 1.8, activeDays30: 0.6, orders90: -0.2 }, '课程学员', 'Course learner'],
  [{ recencyDays: 1.8, views30: -1.7, retention: -1.5, activeDays30: -1.3 }, '流失成员', 'Lapsed member'],
  [{ tenureDays: -1.9, retention: 0.6, views30: 0.2 }, '新加入成员', 'Newcomer'],
  [
    { posts30: -0.6, replies30: -0.5, likes30: -0.6, learns30: -0.7, paymentTotal: -0.7, views30: 0.4 },
    '沉默潜水者',
    'Silent lurker',
  ],
  [{ posts30: 0.1, views30: -0.2 }, '普通成员', 'Ordinary member'],
  [{ tenureDays: 1.5, orders90: -1.5 }, '加入早·下单少', 'Joined early, few orders'],
])('%o is named %s', (given, zh, en) => {
  expect(nameProfiles([profile(given)])).toEqual([{ zh, en }]);
});

test('names are all different in both languages, whatever the profiles are like', () => {
  const zScores = fc
    .array(fc.float({ min: -4, max: 4, noNaN: true }), {
      minLength: PROFILE_FEATURES.length,
      maxLength: PROFILE_FEATURES.length,
    })
    .map((values): ZScores => new Map(PROFILE_FEATURES.map((feature, j) => [feature, values[j]!])));
  const taken = fc.subarray(PROFILE_KINDS.map(({ name }) => name));
  fc.assert(
    fc.property(fc.array(zScores, { maxLength: 10 }), taken, (profiles, others) => {
      const names = [...nameProfiles(profiles, others), ...others];
      expect(names).toHaveLength(profiles.length + others.length);
      expect(new Set(names.map(({ zh }) => zh)).size).toBe(names.length);
      expect(new Set(names.map(({ en }) => en)).size).toBe(names.length);
    }),
    { numRuns: 30 },
  );
});

test('equal profiles still get names of their own', () => {
  const same = profile({ replies30: 3, likes30: 2 });
  const flat = profile({});
  const names = nameProfiles([same, same, same, flat, flat, new Map(), new Map()]);
  expect(new Set(names.map(({ zh }) => zh)).size).toBe(7);
  expect(names.slice(0, 3).map(({ zh }) => zh)).toContain('高互动答疑者');
});

test('a kind is never given to a profile that is not like it in what it stands for', () => {
  for (const { name, pattern } of PROFILE_KINDS) {
    for (const [feature, weight] of Object.entries(pattern)) {
      if (Math.abs(weight) < 1) continue;
      const denied = profile({ ...pattern, [feature]: -0.5 * Math.sign(weight) });
      expect(nameProfiles([denied])[0]).not.toEqual(name);
    }
    // And every kind is the name of what it describes.
    expect(nameProfiles([profile(pattern)])[0]).toEqual(name);
  }
});

test('a name that another profile has is left to it', () => {
  const learner = profile({ learns30: 2, activeDays30: 0.5 });
  const [own] = nameProfiles([learner]);
  const [other] = nameProfiles([learner], [own!]);
  expect(other!.zh).not.toBe(own!.zh);
  expect(other!.en).not.toBe(own!.en);
});
