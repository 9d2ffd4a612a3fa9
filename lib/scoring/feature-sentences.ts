import type { FeatureName, Features } from '#lib/features/features.ts';
import type { LocalizedText } from '#lib/models/model-files.ts';

export type Language = keyof LocalizedText;

/**
 * A feature as one short sentence about the member.
 * @param mean the community's; undefined while it is unknown
 */
export function describeFeature(
  feature: FeatureName,
  features: Features,
  mean: number | undefined,
  language: Language,
): string {
  return SENTENCES[feature](features, mean)[language === 'zh' ? 0 : 1];
}

type Sentence = readonly [zh: string, en: string];
type Describe = (features: Features, mean: number | undefined) => Sentence;

const NEAR_MEAN = 0.1;

/** Something counted over 30 days: `verb` is what a member has not done who is at zero. */
function describeCount(feature: FeatureName, zh: string, en: string, verbs: Sentence): Describe {
  return (features, mean) => {
    const value = features[feature];
    if (value <= 0) return [`最近 30 天没有${verbs[0]}`, `has not ${verbs[1]} in the last 30 days`];
    return (
      compareWithMean(zh, en, value, mean) ?? [
        `最近 30 天${verbs[0]} ${value} 次`,
        `${en} in the last 30 days: ${value}`,
      ]
    );
  };
}

/** Money: never an amount, which would need a currency; always how it stands against the others. */
function describePayment(feature: FeatureName, zh: string, en: string): Describe {
  return (features, mean) => {
    const value = features[feature];
    if (value === 0) return [`${zh}没有付费`, `has paid nothing ${en}`];
    if (value < 0) return [`${zh}退款多于付款`, `got back more than was paid ${en}`];
    return (
      compareWithMean(`${zh}的付费`, `what was paid ${en}`, value, mean) ?? [
        `${zh}付过费`,
        `has paid something ${en}`,
      ]
    );
  };
}

/** “n times the mean”; undefined where there is no mean to compare with. */
function compareWithMean(
  zh: string,
  en: string,
  value: number,
  mean: number | undefined,
): Sentence | undefined {
  if (mean === undefined || !(mean > 0)) return undefined;
  const ratio = value / mean;
  if (Math.abs(ratio - 1) <= NEAR_MEAN) return [`${zh}和社群均值差不多`, `${en}: about the community's mean`];
  if (ratio > 1)
    return [
      `${zh}是社群均值的 ${formatShort(ratio)} 倍`,
      `${en}: ${formatShort(ratio)} times the community's mean`,
    ];
  if (ratio < 0.01) return [`${zh}不到社群均值的 1%`, `${en}: less than 1 % of the community's mean`];
  return [
    `${zh}只有社群均值的 ${formatPercent(ratio)}%`,
    `${en}: ${formatPercent(ratio)} % of the community's mean`,
  ];
}

const meanSuffix = (mean: number | undefined, unit: string): Sentence =>
  mean === undefined
    ? ['', '']
    : [`，社群平均 ${formatShort(mean)}${unit}`, `; the community's mean is ${formatShort(mean)}`];

const formatShort = (x: number): string =>
  x >= 9.95 ? String(Math.round(x)) : String(Math.round(x * 10) / 10);
const formatPercent = (share: number): string => String(Math.round(share * 100));

const SENTENCES: Record<FeatureName, Describe> = {
  posts30: describeCount('posts30', '发帖数', 'posts', ['发帖', 'posted']),
  replies30: describeCount('replies30', '回复数', 'replies', ['回复', 'replied']),
  likes30: describeCount('likes30', '点赞数', 'likes given', ['点赞', 'liked anything']),
  attends30: describeCount('attends30', '参加活动数', 'activities joined', [
    '参加活动',
    'joined an activity',
  ]),
  views30: describeCount('views30', '浏览数', 'views', ['浏览', 'viewed anything']),
  learns30: describeCount('learns30', '学习数', 'lessons finished', ['学习', 'finished a lesson']),
  accepts30: describeCount('accepts30', '采纳数', 'answers accepted', ['采纳回答', 'accepted an answer']),
  activeDays30: ({ activeDays30: days }, mean) => {
    if (days <= 0) return ['最近 30 天没有来', 'has not come in the last 30 days'];
    const [zh, en] = meanSuffix(mean, ' 天');
    return [`最近 30 天来了 ${days} 天${zh}`, `came on ${days} of the last 30 days${en}`];
  },
  activeDays90: ({ activeDays90: days }, mean) => {
    if (days <= 0) return ['最近 90 天没有来', 'has not come in the last 90 days'];
    const [zh, en] = meanSuffix(mean, ' 天');
    return [`最近 90 天来了 ${days} 天${zh}`, `came on ${days} of the last 90 days${en}`];
  },
  recencyDays: ({ recencyDays: days }) => {
    if (days <= 0) return ['今天来过', 'came today'];
    if (days === 1) return ['昨天来过', 'came yesterday'];
    return [`最近 ${days} 天没有来`, `last came ${days} days ago`];
  },
  tenureDays: ({ tenureDays: days }, mean) => {
    if (days <= 0) return ['今天刚加入', 'joined today'];
    const [zh, en] = meanSuffix(mean, ' 天');
    return [`加入 ${days} 天${zh}`, `joined ${days} days ago${en}`];
  },
  activity: ({ activity, interactions30 }, mean) => {
    if (interactions30 <= 0) return ['最近 30 天没有互动', 'has not interacted in the last 30 days'];
    return (
      compareWithMean('活跃度', 'activity', activity, mean) ?? [
        `最近 30 天互动 ${interactions30} 次`,
        `interacted ${interactions30} times in the last 30 days`,
      ]
    );
  },
  retention: ({ retention, retentionWeeks: weeks }, mean) => {
    if (weeks === 0) return ['加入还不满一个整周', 'has not been here for a whole week'];
    const [zh, en] =
      mean === undefined
        ? ['', '']
        : [`，社群平均 ${formatPercent(mean)}%`, `; the community's mean is ${formatPercent(mean)} %`];
    return [
      `近 ${weeks} 周里有 ${formatPercent(retention)}% 的周来过${zh}`,
      `came in ${formatPercent(retention)} % of the last ${weeks} weeks${en}`,
    ];
  },
  orders90: ({ orders90: orders }, mean) => {
    if (orders <= 0) return ['最近 90 天没有下单', 'has not ordered in the last 90 days'];
    const [zh, en] = meanSuffix(mean, ' 次');
    return [`最近 90 天下单 ${orders} 次${zh}`, `ordered ${orders} times in the last 90 days${en}`];
  },
  payment30: describePayment('payment30', '最近 30 天', 'in the last 30 days'),
  payment90: describePayment('payment90', '最近 90 天', 'in the last 90 days'),
  paymentTotal: describePayment('paymentTotal', '一直以来', 'so far'),
  feedbackMean: ({ feedbackMean: rating }, mean) => {
    if (Number.isNaN(rating)) return ['还没有打过分', 'has not rated anything'];
    const [zh, en] = meanSuffix(mean === 0 ? undefined : mean, ' 分');
    return [`平均打 ${formatShort(rating)} 分${zh}`, `rates ${formatShort(rating)} on average${en}`];
  },
};
