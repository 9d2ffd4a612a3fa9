import { expect, test } from 'vitest';
import { trainingConfigFromEnv } from '#lib/pipeline/train.ts';

const USUAL = { newDays: 14, silentDays: 14, churnedDays: 45 };

test('without settings profiles are chosen by the data, and stages go by the usual days', () => {
  expect(trainingConfigFromEnv({})).toEqual({ currency: 'CNY', thresholds: USUAL, profiles: undefined });
});

test('settings are taken, those that are left out are as usual', () => {
  const env = { ZHIQUN_CURRENCY: 'usd', ZHIQUN_PROFILES: '5', ZHIQUN_LIFECYCLE: '{"churnedDays":60}' };
  expect(trainingConfigFromEnv(env)).toEqual({
    currency: 'USD',
    thresholds: { ...USUAL, churnedDays: 60 },
    profiles: 5,
  });
});

test.each([
  ['ZHIQUN_PROFILES', '1'],
  ['ZHIQUN_PROFILES', '11'],
  ['ZHIQUN_PROFILES', 'some'],
  ['ZHIQUN_LIFECYCLE', 'soon'],
  ['ZHIQUN_LIFECYCLE', '[14]'],
  ['ZHIQUN_LIFECYCLE', '{"newDays":0}'],
  ['ZHIQUN_LIFECYCLE', '{"silentDays":45}'],
  ['ZHIQUN_LIFECYCLE', '{"lostDays":90}'],
])('%s=%s is refused, and the variable is named', (name, value) => {
  expect(() => trainingConfigFromEnv({ [name]: value })).toThrow(name);
});
