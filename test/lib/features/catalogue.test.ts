import { describe, expect, test } from 'vitest';
import {
  CATALOGUE,
  FEATURES,
  type FeatureSentence,
  PROFILE_FEATURES,
  VALUE_FEATURES,
} from '#lib/features/catalogue.ts';

describe.each(FEATURES)('%s', (name) => {
  const { window, sentence } = CATALOGUE[name];

  test('has the days in its name that it is taken over', () => {
    const days = /\d+$/.exec(name)?.[0];
    if (days !== undefined) expect(window).toBe(Number(days));
  });

  test('has sentences with places for figures that it has', () => {
    const { basis, meanBeside: _, ...texts } = sentence as FeatureSentence;
    const places = basis === undefined ? ['{value}'] : ['{value}', '{basis}'];
    for (const { zh, en } of Object.values(texts)) {
      const named = (text: string) => (text.match(/\{\w*\}/g) ?? []).sort();
      expect(named(zh)).toEqual(named(en));
      expect(places).toEqual(expect.arrayContaining(named(zh)));
    }
  });
});

test.each(['zh', 'en'] as const)('no two features have the same label or step in %s', (language) => {
  for (const text of ['label', 'step'] as const) {
    const texts = FEATURES.map((name) => CATALOGUE[name][text][language]);
    expect(new Set(texts).size).toBe(FEATURES.length);
  }
});

test('profiles are made of the twelve features that the documentation names', () => {
  expect(PROFILE_FEATURES).toEqual([
    ...['posts30', 'replies30', 'likes30', 'attends30', 'views30', 'learns30', 'activeDays30'],
    ...['recencyDays', 'tenureDays', 'retention', 'orders90', 'paymentTotal'],
  ]);
});

test('of columns that say the same the regression of value keeps the earlier: the guide’s three are the first', () => {
  expect(VALUE_FEATURES).toEqual([
    ...['activity', 'retention', 'payment30', 'learns30', 'views30'],
    ...['recencyDays', 'tenureDays', 'orders90', 'payment90', 'paymentTotal'],
  ]);
});
