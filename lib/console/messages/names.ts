import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Action } from '#lib/events/taxonomy.ts';
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
