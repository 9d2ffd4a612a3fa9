/** The hidden groups: they steer what a demo member does and are never part of what is sent. */
export const DEMO_GROUPS = [
  'lurker',
  'churner',
  'learner',
  'talker',
  'helper',
  'newcomer',
  'returning',
  'leader',
] as const;

export type DemoGroup = (typeof DEMO_GROUPS)[number];

/** What a member may do during a visit. */
export const VISIT_ACTIONS = [
  'view',
  'learn',
  'post',
  'reply',
  'like',
  'attend',
  'search',
  'feedback',
] as const;
export type VisitAction = (typeof VISIT_ACTIONS)[number];

export interface GroupPlan {
  /** what an operator would call them */
  zh: string;
  /** members of this group in a community of 800 */
  size: number;
  /** whether their last 30 days set them apart so clearly that clustering must find them */
  strong: boolean;
  /** first and last day of joining; day 0 is the opening, day 119 is today */
  joins: readonly [number, number];
  /** chance of a visit on an average day */
  visits: number;
  /** mean number of each deed during a visit */
  actions: Readonly<Partial<Record<VisitAction, number>>>;
  /** chance to buy something soon after joining */
  firstOrder: number;
  /** how much their posts and answers draw replies and likes */
  attraction: number;
}

export const GROUP_PLANS: Readonly<Record<DemoGroup, GroupPlan>> = {
  lurker: {
    zh: '潜水者',
    size: 218,
    strong: true,
    joins: [0, 97],
    visits: 0.14,
    actions: { view: 1.0, like: 0.012, search: 0.05, feedback: 0.01 },
    firstOrder: 0.01,
    attraction: 1,
  },
  churner: {
    zh: '流失者',
    size: 164,
    strong: true,
    joins: [0, 48],
    visits: 0.18,
    actions: { view: 0.8, learn: 0.2, like: 0.12, attend: 0.08, post: 0.03, search: 0.05, feedback: 0.035 },
    firstOrder: 0.4,
    attraction: 1,
  },
  learner: {
    zh: '课程学员',
    size: 152,
    strong: true,
    joins: [0, 84],
    visits: 0.25,
    actions: {
      view: 0.3,
      learn: 1.0,
      like: 0.06,
      post: 0.015,
      reply: 0.01,
      attend: 0.015,
      search: 0.05,
      feedback: 0.05,
    },
    firstOrder: 0.9,
    attraction: 1,
  },
  talker: {
    zh: '活动与话题达人',
    size: 92,
    strong: true,
    joins: [0, 82],
    visits: 0.28,
    actions: {
      view: 0.2,
      attend: 0.85,
      post: 0.5,
      like: 0.45,
      reply: 0.08,
      learn: 0.01,
      search: 0.03,
      feedback: 0.02,
    },
    firstOrder: 0.2,
    attraction: 2,
  },
  helper: {
    zh: '答疑者',
    size: 50,
    strong: true,
    joins: [0, 60],
    visits: 0.36,
    actions: {
      view: 0.2,
      reply: 1.5,
      like: 0.75,
      post: 0.04,
      learn: 0.015,
      attend: 0.03,
      search: 0.02,
      feedback: 0.012,
    },
    firstOrder: 0.35,
    attraction: 5,
  },
  newcomer: {
    zh: '新人',
    size: 95,
    strong: false,
    joins: [98, 119],
    visits: 0.45,
    actions: { view: 1.1, learn: 0.25, post: 0.08, like: 0.2, attend: 0.1, search: 0.1, feedback: 0.02 },
    firstOrder: 0.35,
    attraction: 1,
  },
  returning: {
    zh: '回流者',
    size: 26,
    strong: false,
    joins: [0, 18],
    visits: 0.32,
    actions: { view: 1.0, learn: 0.25, like: 0.2, post: 0.05, attend: 0.1, search: 0.08, feedback: 0.02 },
    firstOrder: 0.4,
    attraction: 1,
  },
  leader: {
    zh: '意见领袖',
    size: 3,
    strong: false,
    joins: [0, 0],
    visits: 0.8,
    actions: { view: 0.5, post: 0.8, reply: 1.2, like: 0.7, attend: 0.5, learn: 0.02 },
    firstOrder: 0,
    attraction: 9,
  },
};

/** Scales the groups to a community of `members`; the rounding goes to the lurkers, leaders stay at least two. */
export function groupSizes(members: number): Record<DemoGroup, number> {
  const sizes = {} as Record<DemoGroup, number>;
  for (const group of DEMO_GROUPS) sizes[group] = Math.round((GROUP_PLANS[group].size * members) / 800);
  sizes.leader = Math.min(3, Math.max(2, sizes.leader));
  const others = DEMO_GROUPS.reduce((sum, group) => sum + sizes[group], 0) - sizes.lurker;
  if (members < others) throw new RangeError(`a demo community needs at least 10 members, not ${members}`);
  sizes.lurker = members - others;
  return sizes;
}
