import { expect, test } from 'vitest';
import { findKeywords, splitWords } from '#lib/reports/keywords.ts';
import type { FeedbackText } from '#lib/reports/parts.ts';

const text = (words: string, scores: { rating?: number; nps?: number } = {}): FeedbackText => ({
  userId: 'm',
  at: '2026-11-20T00:00:00.000Z',
  rating: scores.rating ?? null,
  nps: scores.nps ?? null,
  text: words,
});
const words = (found: { word: string }[]) => found.map(({ word }) => word);

test('Chinese is split into words; stop words, single characters, numbers and signs are left out', () => {
  expect(splitWords('老师讲得非常清楚，但是视频 2 次卡顿！')).toEqual({
    words: new Set(['老师', '清楚', '视频']),
    pairs: new Set(['卡顿']),
  });
  expect(splitWords('The VIDEO keeps buffering, ＶＩＤＥＯ is 10x slow…')).toEqual({
    words: new Set(['video', 'keeps', 'buffering', 'slow']),
    pairs: new Set(),
  });
  expect(splitWords('😀！？ 的 a 1')).toEqual({ words: new Set(), pairs: new Set() });
});

test('a new word that no dictionary has is found once two texts have it', () => {
  const texts = [
    text('视频卡顿', { rating: 1 }),
    text('直播也卡顿', { rating: 1 }),
    text('薅毛', { rating: 2 }),
  ];
  expect(words(findKeywords(texts).low)).toEqual(['卡顿', '直播', '视频']);
});

test('a word that only the unhappy use leads their list; one that all use is at its end', () => {
  const texts = [
    text('课程 卡顿', { rating: 1 }),
    text('课程 卡顿 退款', { rating: 2 }),
    text('课程 一般', { rating: 3 }),
    text('课程 清楚', { rating: 5 }),
    text('课程 清楚 实用', { rating: 4 }),
  ];
  const { low, middle, high } = findKeywords(texts);
  expect(words(low)).toEqual(['卡顿', '退款', '课程']);
  expect(words(high)).toEqual(['清楚', '实用', '课程']);
  expect(words(middle)).toEqual(['一般', '课程']);
  // 2 of 2 texts × ln((2 + 3) / (1 + 0)); 1 of 2 × the same; 2 of 2 × ln((2 + 3) / (1 + 3))
  expect(low.map(({ score }) => score)).toEqual([Math.log(5), Math.log(5) / 2, Math.log(5 / 4)]);
  expect(low.map((keyword) => keyword.texts)).toEqual([2, 1, 2]);
});

test('a word counts once per text, however often it is repeated', () => {
  const { low } = findKeywords([text('退款 退款 退款 广告', { rating: 1 }), text('广告', { rating: 1 })]);
  expect(words(low)).toEqual(['广告', '退款']);
});

test('recommendations sort like ratings: 0–6 low, 7–8 middle, 9–10 high; texts without a score are left out', () => {
  const texts = [
    text('退款', { nps: 6 }),
    text('一般', { nps: 7 }),
    text('普通', { nps: 8 }),
    text('清楚', { nps: 9 }),
    text('无分'),
  ];
  const { low, middle, high } = findKeywords(texts);
  expect(words(low)).toEqual(['退款']);
  expect(new Set(words(middle))).toEqual(new Set(['一般', '普通']));
  expect(words(high)).toEqual(['清楚']);
});

test('without texts there are no keywords, and at most 20 of a mood', () => {
  expect(findKeywords([])).toEqual({ low: [], middle: [], high: [] });
  const many = Array.from(
    { length: 30 },
    (_, i) => `word${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i)}`,
  );
  expect(findKeywords([text(many.join(' '), { rating: 1 })]).low).toHaveLength(20);
});
