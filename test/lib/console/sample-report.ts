import { addDays } from '#lib/events/calendar.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import { STAGES } from '#lib/models/model-files.ts';
import type { ListedMember } from '#lib/reports/lists.ts';
import type { Cohort, MonthMetrics, Ratio, Report, WeekMetrics } from '#lib/reports/report.ts';

const DAYS = 182;
const WEEKS = 26;
const AS_OF = '2026-11-22';

const PER_DAY: Record<Action, number> = {
  post: 22,
  reply: 64,
  like: 190,
  attend: 14,
  accept: 9,
  view: 420,
  learn: 96,
  order: 6,
  refund: 0.4,
  signup: 7,
  trial: 4,
  invite: 3,
  feedback: 5,
  redeem: 2,
};

/** A number between 0 and 1 that looks random and is always the same. */
const noise = (i: number, k: number): number => {
  const x = Math.sin(i * 12.9898 + k * 78.233) * 43_758.5453;
  return x - Math.floor(x);
};
const weekly = (i: number): number => [0.9, 1.05, 1, 1.1, 1.15, 0.95, 0.85][i % 7]!;
const series = (mean: number, k: number): number[] =>
  Array.from({ length: DAYS }, (_, i) =>
    Math.round(mean * weekly(i) * (0.55 + (0.6 * i) / DAYS) * (0.75 + 0.5 * noise(i, k))),
  );
const ratio = (numerator: number, denominator: number): Ratio => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
});

const NAMES = [
  '林晓雨',
  '陈思远',
  '王沐',
  '周子衿',
  '许知意',
  '赵一鸣',
  '沈清和',
  '何嘉',
  'Amelia Grant',
  '顾北',
];
const PROFILES = [
  ['p1', '高互动答疑者', 'Engaged answerers', 212],
  ['p2', '安静的学习者', 'Quiet learners', 468],
  ['p3', '活动常客', 'Event regulars', 167],
  ['p4', '新鲜人', 'Newcomers', 203],
  ['p5', '久未露面', 'Long unseen', 350],
] as const;

function listed(i: number, why: Record<string, number>): ListedMember {
  return {
    userId: `u_${10_000 + i * 37}`,
    name: NAMES[i % NAMES.length] ?? null,
    stage: STAGES[i % STAGES.length]!,
    profileId: PROFILES[i % PROFILES.length]![0],
    why,
  };
}

/** A report of a community of 1,400, half a year old, for tests and for looking at pages. */
export function sampleReport(overrides: Partial<Report> = {}): Report {
  const from = addDays(AS_OF, -DAYS);
  const joined = series(7.6, 41);
  let members = 0;
  const membersBy = joined.map((count) => {
    members += count;
    return members;
  });
  const dau = membersBy.map((size, i) => Math.round(size * 0.16 * weekly(i) * (0.85 + 0.3 * noise(i, 9))));
  const actions = Object.fromEntries(
    ACTIONS.map((action, k) => [action, series(PER_DAY[action], k)]),
  ) as Record<Action, number[]>;
  // The week that the first sentence of the page is about.
  for (let i = DAYS - 7; i < DAYS; i += 1) actions.reply[i] = Math.round((actions.reply[i] ?? 0) * 1.4);
  const last30 = (all: readonly number[]) => all.slice(-30).reduce((a, b) => a + b, 0);
  const interactions =
    last30(actions.post) + last30(actions.reply) + last30(actions.like) + last30(actions.attend);
  const mau = membersBy.map((size) => Math.round(size * 0.52));
  const revenueMinor = series(180_000, 77);
  const weeks: WeekMetrics[] = Array.from({ length: WEEKS }, (_, i) => ({
    week: addDays('2026-11-16', (i - WEEKS + 1) * 7),
    complete: i < WEEKS - 1,
    active: 180 + i * 16,
    new: 40 + Math.round(20 * noise(i, 3)),
    returning: 90 + i * 13,
    resurrecting: 12 + Math.round(14 * noise(i, 5)),
    dormant: 30 + Math.round(25 * noise(i, 7)) + i,
  }));
  const cohorts: Cohort[] = Array.from({ length: 14 }, (_, i) => {
    const size = 38 + Math.round(22 * noise(i, 13));
    const count = 14 - i;
    const active = Array.from({ length: count }, (_, k) =>
      k === 0 ? size : Math.round(size * (0.3 + 0.38 * 0.72 ** k) * (0.9 + 0.2 * noise(i, k))),
    );
    return { week: addDays('2026-11-16', (i - 13) * 7), size, active, completeWeeks: count - 1 };
  });
  const months: MonthMetrics[] = ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'].map(
    (month, i) => ({
      month,
      complete: month !== '2026-11',
      active: 240 + i * 92,
      retention: i === 0 ? ratio(0, 0) : ratio(150 + i * 66, 240 + (i - 1) * 92),
      revenueMinor: 3_100_000 + i * 620_000,
    }),
  );
  const steps = [418, 203, 96, 31];
  return {
    format: 1,
    asOf: AS_OF,
    runId: '2026-11-22-x7k3q9',
    generatedAt: '2026-11-21T19:04:11.000Z',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    members,
    activity: ratio(interactions, members),
    stickiness: ratio(dau.at(-1) ?? 0, mau.at(-1) ?? 0),
    retention: { ...months[4]!.retention, month: '2026-10' },
    revenue30Minor: last30(revenueMinor),
    daily: {
      from,
      actions,
      dau,
      wau: dau.map((count) => Math.round(count * 2.1)),
      mau,
      joined,
      members: membersBy,
      revenueMinor,
      payers: series(5.2, 51),
      foreignOrders: series(0.1, 52),
      ratings: series(4, 61),
      ratingSum: series(4, 61).map((count, i) => Math.round(count * (4 + 0.4 * noise(i, 62)))),
      promoters: series(2.1, 63),
      passives: series(0.9, 64),
      detractors: series(0.7, 65),
    },
    weeks,
    cohorts,
    months,
    funnel: {
      from: addDays(AS_OF, -90),
      steps: (['joined', 'trial', 'firstOrder', 'secondOrder'] as const).map((step, i) => ({
        step,
        members: steps[i]!,
        ofJoined: ratio(steps[i]!, steps[0]!),
        ofPrevious: ratio(steps[i]!, steps[Math.max(0, i - 1)]!),
      })),
    },
    feedback: {
      nps: { promoters: 63, passives: 27, detractors: 21, value: 38 },
      rating: { sum: 502, count: 121, mean: 502 / 121 },
      keywords: {
        low: ['卡顿', '退款', '客服', '太快', '听不清'].map((word, i) => ({
          word,
          score: 3.1 - i * 0.4,
          texts: 14 - i * 2,
        })),
        middle: ['作业', '节奏', '回放'].map((word, i) => ({
          word,
          score: 2.2 - i * 0.4,
          texts: 11 - i * 2,
        })),
        high: ['老师', '干货', '陪伴', '打卡', '收获', '答疑'].map((word, i) => ({
          word,
          score: 3.6 - i * 0.3,
          texts: 31 - i * 3,
        })),
      },
      latest: [
        {
          userId: 'u_10037',
          at: '2026-11-21T13:02:00.000Z',
          rating: 5,
          nps: null,
          text: '老师的答疑很细，跟着打卡三周，终于把第一篇稿子写完了。',
        },
        {
          userId: 'u_10444',
          at: '2026-11-21T10:40:00.000Z',
          rating: 2,
          nps: null,
          text: '直播卡顿，回放又要等两天，联系客服 13812345678 也没回。',
        },
        {
          userId: 'u_10111',
          at: '2026-11-20T08:15:00.000Z',
          rating: null,
          nps: 9,
          text: '愿意推荐给同事，干货多，节奏刚好。',
        },
        {
          userId: 'anon:7f3',
          at: '2026-11-19T22:31:00.000Z',
          rating: 3,
          nps: null,
          text: '作业有点多，希望能分两周交。',
        },
      ],
    },
    stages: { new: 138, active: 512, returning: 61, silent: 241, churned: 448 },
    profiles: PROFILES.map(([id, zh, en, size], p) => ({
      id,
      name: { zh, en },
      size,
      share: ratio(size, 1_400),
      examples: [0, 1, 2, 3, 4].map((i) =>
        listed(p * 5 + i, { distance: 0.4, interactions30: 40 - p * 6 - i }),
      ),
    })),
    lists: {
      atRiskAndValuable: Array.from({ length: 12 }, (_, i) =>
        listed(i, { churnRisk: 0.82 - i * 0.03, valueMinor: 64_800 - i * 3_100, recencyDays: 14 + i }),
      ),
      rising: Array.from({ length: 9 }, (_, i) =>
        listed(i + 20, { interactions30: 92 - i * 6, before30: 12 + i }),
      ),
      newAndStuck: Array.from({ length: 7 }, (_, i) =>
        listed(i + 40, { tenureDays: 5 + i, recencyDays: 4 + i, learns30: 0 }),
      ),
      topHelpers: Array.from({ length: 11 }, (_, i) =>
        listed(i + 60, { helps7: 41 - i * 3, influencePercentile: 0.99 - i * 0.01 }),
      ),
    },
    quality: {
      lastDay: '2026-11-21',
      foreignOrders: 3,
      imports: { imported: 39_000, refused: 12, duplicates: 4 },
      deadLetters: 0,
      restated: {
        against: '2026-11-21',
        changes: 2,
        items: [
          { date: '2026-11-19', figure: 'learn', before: 92, after: 95 },
          { date: '2026-11-18', figure: 'revenueMinor', before: 181_000, after: 199_900 },
        ],
      },
    },
    ...overrides,
  };
}
