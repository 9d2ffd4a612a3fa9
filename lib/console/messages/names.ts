import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Action } from '#lib/events/taxonomy.ts';
import type { FeatureName } from '#lib/features/features.ts';
import type { Stage } from '#lib/models/model-files.ts';
import type { Localized } from './language.ts';

const actionZh: Record<Action, string> = {
  post: '发帖',
  reply: '回复',
  like: '点赞',
  attend: '参加活动',
  accept: '采纳回答',
  view: '浏览',
  learn: '学习',
  order: '下单',
  refund: '退款',
  signup: '注册',
  trial: '试学',
  invite: '邀请',
  feedback: '反馈',
  redeem: '兑换',
};

const actionEn: typeof actionZh = {
  post: 'Posts',
  reply: 'Replies',
  like: 'Likes',
  attend: 'Events joined',
  accept: 'Answers accepted',
  view: 'Views',
  learn: 'Lessons done',
  order: 'Orders',
  refund: 'Refunds',
  signup: 'Sign-ups',
  trial: 'Trials',
  invite: 'Invites',
  feedback: 'Feedback',
  redeem: 'Redemptions',
};

/** What each action is called. */
export const actionNames: Localized<typeof actionZh> = { zh: actionZh, en: actionEn };

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

const roleZh: Record<Role, string> = { write: '写入', reader: '查看', operator: '运营', owner: '所有者' };
const roleEn: typeof roleZh = { write: 'Write', reader: 'Reader', operator: 'Operator', owner: 'Owner' };

/** What each role is called. */
export const roleNames: Localized<typeof roleZh> = { zh: roleZh, en: roleEn };

const stageZh: Record<Stage, string> = {
  new: '新成员',
  active: '活跃',
  returning: '回归',
  silent: '沉默',
  churned: '流失',
};

const stageEn: typeof stageZh = {
  new: 'New',
  active: 'Active',
  returning: 'Returned',
  silent: 'Silent',
  churned: 'Churned',
};

/** What each stage of a member's life is called. */
export const stageNames: Localized<typeof stageZh> = { zh: stageZh, en: stageEn };
