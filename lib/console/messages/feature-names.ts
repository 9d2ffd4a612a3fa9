import type { FeatureName } from '#lib/features/features.ts';
import type { Localized } from './language.ts';

const featureZh: Record<FeatureName, string> = {
  posts30: '30 天发帖',
  replies30: '30 天回复',
  likes30: '30 天点赞',
  attends30: '30 天参加活动',
  views30: '30 天浏览',
  learns30: '30 天学习',
  accepts30: '30 天采纳',
  activeDays30: '30 天活跃天数',
  activeDays90: '90 天活跃天数',
  recencyDays: '距上次来的天数',
  tenureDays: '加入天数',
  activity: '活跃度',
  retention: '周留存',
  orders90: '90 天订单',
  payment30: '30 天付费',
  payment90: '90 天付费',
  paymentTotal: '累计付费',
  feedbackMean: '平均评分',
};

const featureEn: typeof featureZh = {
  posts30: 'Posts, 30 days',
  replies30: 'Replies, 30 days',
  likes30: 'Likes, 30 days',
  attends30: 'Events joined, 30 days',
  views30: 'Views, 30 days',
  learns30: 'Lessons done, 30 days',
  accepts30: 'Answers accepted, 30 days',
  activeDays30: 'Active days of 30',
  activeDays90: 'Active days of 90',
  recencyDays: 'Days since last seen',
  tenureDays: 'Days since joining',
  activity: 'Activity',
  retention: 'Weekly retention',
  orders90: 'Orders, 90 days',
  payment30: 'Paid, 30 days',
  payment90: 'Paid, 90 days',
  paymentTotal: 'Paid in all',
  feedbackMean: 'Mean rating',
};

/** What each feature is called. */
export const featureNames: Localized<typeof featureZh> = { zh: featureZh, en: featureEn };
