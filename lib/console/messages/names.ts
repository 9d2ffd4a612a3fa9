import type { Action } from '#lib/events/taxonomy.ts';
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
