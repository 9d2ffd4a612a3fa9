import { describe, expect, test } from 'vitest';
import { FEATURES } from '#lib/features/catalogue.ts';
import { describeFeature } from '#lib/scoring/feature-sentences.ts';
import { exampleOwn } from './example-models.ts';

const features = { ...exampleOwn(), activity: 0.01 };

test.each([
  ['replies30', { replies30: 16 }, 5, '回复数是社群均值的 3.2 倍', "replies: 3.2 times the community's mean"],
  ['replies30', { replies30: 0 }, 5, '最近 30 天没有回复', 'has not replied in the last 30 days'],
  ['posts30', { posts30: 2 }, 5, '发帖数只有社群均值的 40%', "posts: 40 % of the community's mean"],
  ['likes30', { likes30: 5 }, 5, '点赞数和社群均值差不多', "likes given: about the community's mean"],
  ['views30', { views30: 400 }, 20, '浏览数是社群均值的 20 倍', "views: 20 times the community's mean"],
  ['learns30', { learns30: 3 }, undefined, '最近 30 天学习 3 次', 'lessons finished in the last 30 days: 3'],
  ['recencyDays', { recencyDays: 9 }, 5, '最近 9 天没有来', 'last came 9 days ago'],
  ['recencyDays', { recencyDays: 1 }, 5, '昨天来过', 'came yesterday'],
  ['recencyDays', { recencyDays: 0 }, 5, '今天来过', 'came today'],
  ['payment90', { payment90: 0 }, 5, '最近 90 天没有付费', 'has paid nothing in the last 90 days'],
  [
    'payment30',
    { payment30: -100 },
    5,
    '最近 30 天退款多于付款',
    'got back more than was paid in the last 30 days',
  ],
  [
    'paymentTotal',
    { paymentTotal: 1 },
    500,
    '一直以来的付费不到社群均值的 1%',
    "what was paid so far: less than 1 % of the community's mean",
  ],
  ['feedbackMean', {}, 4, '还没有打过分', 'has not rated anything'],
  [
    'feedbackMean',
    { feedbackMean: 4.5 },
    4,
    '平均打 4.5 分，社群平均 4 分',
    "rates 4.5 on average; the community's mean is 4",
  ],
  [
    'retention',
    {},
    0.5,
    '近 12 周里有 75% 的周来过，社群平均 50%',
    "came in 75 % of the last 12 weeks; the community's mean is 50 %",
  ],
  [
    'nightOwlShare',
    { nightOwlShare: 0.25 },
    0.1,
    '最近 30 天 25% 的行为在夜里，社群平均 10%',
    "25 % of what was done in the last 30 days was at night; the community's mean is 10 %",
  ],
  [
    'nightOwlShare',
    { nightOwlShare: Number.NaN },
    0.1,
    '不清楚最近 30 天有多少行为在夜里',
    'how much was done at night in the last 30 days is not known',
  ],
  [
    'nightOwlShare',
    { nightOwlShare: 0 },
    0.1,
    '最近 30 天夜里没有来过',
    'has not come at night in the last 30 days',
  ],
  ['retention', { retentionWeeks: 0 }, 0.5, '加入还不满一个整周', 'has not been here for a whole week'],
] as const)('%s %o against %s', (feature, some, mean, zh, en) => {
  expect(describeFeature(feature, { ...features, ...some }, mean, 'zh')).toBe(zh);
  expect(describeFeature(feature, { ...features, ...some }, mean, 'en')).toBe(en);
});

describe.each(FEATURES)('%s', (feature) => {
  test.each([-3, 0, 0.01, 1, 2.5, 1e9])('reads as plain Chinese, whatever the value: %d', (value) => {
    for (const mean of [undefined, 0, 1, 1e6]) {
      const words = describeFeature(feature, { ...features, [feature]: value }, mean, 'zh');
      expect(words).not.toMatch(/[A-Za-z]|NaN|undefined|Infinity|null/);
      expect(words.length).toBeLessThan(45);
    }
  });
});
