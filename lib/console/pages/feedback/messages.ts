import type { Localized } from '#lib/console/messages/language.ts';

const zh = {
  title: '反馈',
  nps: '净推荐值（NPS）',
  npsNow: (value: string) => `近 30 天的净推荐值是 ${value}。`,
  npsMade: (promoters: string, passives: string, detractors: string) =>
    `${promoters} 位推荐者，${passives} 位中立，${detractors} 位贬损者`,
  noNps: '近 30 天没有人打过推荐分。',
  npsHow: '每一周：推荐者（9–10 分）的比例减去贬损者（0–6 分）的比例，再乘 100。',
  rating: '平均评分',
  ratingNow: (mean: string, count: string) => `平均评分 ${mean}（${count} 条）。`,
  noRating: '近 30 天没有评分。',
  ratingHow: '每一周的评分（1–5）之和 ÷ 评分数。',
  week: '周（周一）',
  promoters: '推荐者',
  passives: '中立',
  detractors: '贬损者',
  count: '条数',
  words: '大家在说什么',
  wordsHow: '近 90 天的文字反馈里，最能把低分、中间和高分区分开的词（TF-IDF）。数字是提到它的条数。',
  groups: { low: '低分', middle: '中间', high: '高分' },
  noWords: '还没有足够的文字',
  word: '词',
  group: '评分',
  texts: '提到的条数',
  latest: '最新的反馈',
  older: '更早的',
  noLatest:
    '还没有文字反馈。应用发送 Feedback Submitted、NPS Submitted 或 Product Reviewed 时，内容会出现在这里。',
  stars: (rating: string) => `${rating} 分`,
  recommend: (score: string) => `推荐 ${score} / 10`,
};

const en: typeof zh = {
  title: 'Feedback',
  nps: 'Net promoter score',
  npsNow: (value) => `The net promoter score of the last 30 days is ${value}.`,
  npsMade: (promoters, passives, detractors) =>
    `${promoters} promoters, ${passives} passives, ${detractors} detractors`,
  noNps: 'Nobody was asked for a recommendation in the last 30 days.',
  npsHow: 'Week by week: the share of promoters (9–10) less that of detractors (0–6), times 100.',
  rating: 'Mean rating',
  ratingNow: (mean, count) => `The mean rating is ${mean} (of ${count}).`,
  noRating: 'No ratings in the last 30 days.',
  ratingHow: 'Ratings (1–5) of each week, summed, ÷ their number.',
  week: 'Week (Monday)',
  promoters: 'Promoters',
  passives: 'Passives',
  detractors: 'Detractors',
  count: 'Number',
  words: 'What they talk about',
  wordsHow:
    'The words of the last 90 days that best distinguish low, middling and high ratings (TF-IDF). The number is how many texts have it.',
  groups: { low: 'Low', middle: 'Middling', high: 'High' },
  noWords: 'Not enough text yet',
  word: 'Word',
  group: 'Rating',
  texts: 'Texts',
  latest: 'Latest',
  older: 'Older',
  noLatest:
    'No texts yet. What apps send as Feedback Submitted, NPS Submitted or Product Reviewed shows up here.',
  stars: (rating) => `${rating} of 5`,
  recommend: (score) => `recommends ${score} of 10`,
};

export const feedbackMessages: Localized<typeof zh> = { zh, en };
