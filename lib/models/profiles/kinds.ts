import type { LocalizedText, PROFILE_FEATURES } from '#lib/features/catalogue.ts';

type ProfileFeature = (typeof PROFILE_FEATURES)[number];

/** A kind of member as operators know it, and how its features stand out: 2 far above the mean, −1 below it, and so on. */
export interface ProfileKind {
  name: LocalizedText;
  pattern: Partial<Record<ProfileFeature, number>>;
}

const kind = (zh: string, en: string, pattern: ProfileKind['pattern']): ProfileKind => ({
  name: { zh, en },
  pattern,
});

/** What the strongest z-scores of a profile may mean, in a knowledge community. */
export const PROFILE_KINDS: readonly ProfileKind[] = [
  kind('高互动答疑者', 'Engaged answerer', { replies30: 2, likes30: 0.8, activeDays30: 0.5 }),
  kind('话题发起者', 'Topic starter', { posts30: 2, replies30: 0.5, likes30: 0.5, attends30: 0.2 }),
  kind('活动达人', 'Event regular', { attends30: 2, posts30: 0.8, likes30: 0.8 }),
  kind('点赞支持者', 'Appreciative supporter', { likes30: 2, views30: 0.5 }),
  kind('全能核心成员', 'All-round core member', {
    posts30: 1.5,
    replies30: 1.5,
    likes30: 1,
    attends30: 1,
    activeDays30: 1,
    retention: 0.5,
  }),
  kind('全面活跃成员', 'Active all round', {
    activeDays30: 1.2,
    views30: 1.1,
    replies30: 0.9,
    learns30: 0.8,
    likes30: 0.8,
    posts30: 0.6,
    attends30: 0.5,
    tenureDays: 0.3,
  }),
  kind('课程学员', 'Course learner', { learns30: 2, activeDays30: 0.5 }),
  kind('高价值学员', 'High-value learner', { learns30: 1.5, paymentTotal: 1.2, orders90: 0.9 }),
  kind('活跃付费成员', 'Active paying member', {
    paymentTotal: 1.2,
    orders90: 1.2,
    activeDays30: 1,
    retention: 0.5,
  }),
  kind('高价值客户', 'High-value customer', { paymentTotal: 2, orders90: 1.5 }),
  kind('沉睡付费者', 'Dormant payer', {
    paymentTotal: 1,
    recencyDays: 1.5,
    activeDays30: -1,
    views30: -0.8,
    retention: -0.5,
  }),
  kind('新加入成员', 'Newcomer', { tenureDays: -2, retention: 0.5 }),
  kind('活跃新人', 'Active newcomer', { tenureDays: -1.5, activeDays30: 1, views30: 1, retention: 0.5 }),
  kind('沉默潜水者', 'Silent lurker', {
    posts30: -0.8,
    replies30: -0.8,
    likes30: -0.9,
    attends30: -0.7,
    learns30: -0.8,
    recencyDays: -0.3,
    paymentTotal: -0.5,
  }),
  kind('活跃浏览者', 'Frequent reader', {
    views30: 2,
    activeDays30: 1,
    posts30: -0.3,
    replies30: -0.3,
    learns30: -0.3,
  }),
  kind('流失成员', 'Lapsed member', {
    recencyDays: 2,
    activeDays30: -1.2,
    views30: -1,
    retention: -1,
    likes30: -0.4,
    learns30: -0.4,
  }),
  kind('渐行渐远者', 'Drifting away', {
    recencyDays: 1,
    activeDays30: -1,
    views30: -0.8,
    tenureDays: 0.5,
    retention: -0.5,
  }),
  kind('偶尔来访者', 'Occasional visitor', { activeDays30: -1, retention: -1, recencyDays: 0.2 }),
  kind('稳定老成员', 'Steady veteran', { tenureDays: 1, retention: 1.5, activeDays30: 0.7 }),
  kind('低频老成员', 'Infrequent veteran', { tenureDays: 1.5, retention: -1, activeDays30: -0.8 }),
];

/** Neither more nor less of anything than others. */
export const ORDINARY: LocalizedText = { zh: '普通成员', en: 'Ordinary member' };
