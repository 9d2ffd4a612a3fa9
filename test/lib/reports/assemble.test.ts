import { expect, test } from 'vitest';
import type { MemberDays } from '#lib/features/features.ts';
import { assembleReport } from '#lib/reports/assemble.ts';
import type { Report } from '#lib/reports/report.ts';
import { addToList, countProfile, emptyScoredSums } from '#lib/reports/scored-sums.ts';
import { computeSums } from './community.ts';

// Sunday; the week of Monday 2026-11-16 and November are not over.
const ASOF = '2026-11-22';

// Ada from October on, Bo new in November, Cai gone since September, Di paid back.
const ada: MemberDays = [
  { date: '2026-10-01', amounts: { post: 1, trial: 1 } },
  { date: '2026-10-20', amounts: { reply: 2, order: 1, paidMinor: 10_000 } },
  { date: '2026-11-10', amounts: { reply: 3, like: 4, order: 1, paidMinor: 5_000 } },
  { date: '2026-11-21', amounts: { attend: 1, feedback: 1, promoters: 1 } },
];
const bo: MemberDays = [
  { date: '2026-11-16', amounts: { signup: 1, view: 5 } },
  { date: '2026-11-20', amounts: { post: 2, feedback: 2, ratings: 1, ratingSum: 2, detractors: 1 } },
];
const cai: MemberDays = [
  { date: '2026-08-30', amounts: { post: 1 } },
  { date: '2026-09-14', amounts: { post: 9, order: 2, paidMinor: 2_000 } },
];
const di: MemberDays = [
  { date: '2026-10-02', amounts: { order: 1, paidMinor: 3_000 } },
  { date: '2026-11-05', amounts: { refund: 1, paidMinor: -3_000, foreignOrders: 1 } },
  { date: '2026-11-22', amounts: { post: 100 } },
];

function report(previous?: Report): Report {
  const scored = emptyScoredSums();
  const listed = { userId: 'ada', name: 'Ada', stage: 'active', profileId: 'p2', rank: 3, why: {} } as const;
  addToList(scored, 'topHelpers', listed);
  countProfile(scored, 'p2', listed);
  scored.stages.active = 3;
  scored.stages.churned = 1;
  return assembleReport({
    runId: 'run',
    generatedAt: '2026-11-22T03:05:00.000Z',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    sums: computeSums([ada, bo, cai, di], ASOF),
    scored,
    profiles: [
      { id: 'p1', name: { zh: '潜水者', en: 'Lurkers' } },
      { id: 'p2', name: { zh: '答疑者', en: 'Answerers' } },
    ],
    imports: { imported: 10, refused: 1, duplicates: 2 },
    deadLetters: 0,
    audit: null,
    previous,
  });
}

test('the figures of a small community are those worked out by hand', () => {
  const made = report();
  expect(made).toMatchObject({
    asOf: ASOF,
    members: 4,
    // Ada 8 + Bo 2 since 2026-10-23
    activity: { numerator: 10, denominator: 4, value: 2.5 },
    // On the 21st: Ada; in the 30 days: Ada, Bo, Di
    stickiness: { numerator: 1, denominator: 3, value: 1 / 3 },
    // October: Ada and Di; September: Cai
    retention: { month: '2026-10', numerator: 0, denominator: 1, value: 0 },
    revenue30Minor: 2_000,
    stages: { new: 0, active: 3, returning: 0, silent: 0, churned: 1 },
    quality: {
      lastDay: '2026-11-21',
      foreignOrders: 1,
      imports: { imported: 10, refused: 1, duplicates: 2 },
      restated: { against: null, changes: 0, items: [] },
    },
  });
  expect(made.months.slice(-2)).toEqual([
    {
      month: '2026-10',
      complete: true,
      active: 2,
      retention: { numerator: 0, denominator: 1, value: 0 },
      revenueMinor: 13_000,
    },
    {
      month: '2026-11',
      complete: false,
      active: 3,
      retention: { numerator: 2, denominator: 2, value: 1 },
      revenueMinor: 2_000,
    },
  ]);
  expect(made.weeks.at(-1)).toEqual({
    week: '2026-11-16',
    complete: false,
    active: 2,
    new: 1,
    returning: 1,
    resurrecting: 0,
    dormant: 0,
  });
  expect(made.daily).toMatchObject({ from: '2026-08-30' });
  expect(made.daily.members.at(-1)).toBe(4);
});

test('the funnel has those who joined in the last 90 days, and each step with both its ratios', () => {
  // Cai joined on 08-30, within the 90 days since 08-24; of the four, Ada tried, Ada, Cai and Di ordered, Ada and Cai twice.
  expect(report().funnel).toEqual({
    from: '2026-08-24',
    steps: [
      { step: 'joined', members: 4, ofJoined: share(4, 4), ofPrevious: share(4, 4) },
      { step: 'trial', members: 1, ofJoined: share(1, 4), ofPrevious: share(1, 4) },
      { step: 'firstOrder', members: 3, ofJoined: share(3, 4), ofPrevious: share(1, 1) },
      { step: 'secondOrder', members: 2, ofJoined: share(2, 4), ofPrevious: share(2, 3) },
    ],
  });
});

test('NPS and mean rating are of the last 30 days', () => {
  expect(report().feedback).toMatchObject({
    nps: { promoters: 1, passives: 0, detractors: 1, value: 0 },
    rating: { sum: 2, count: 1, mean: 2 },
  });
});

test('profiles come in the model’s order with their names, those without members too; ranks stay inside', () => {
  const { profiles, lists } = report();
  const ada = { userId: 'ada', name: 'Ada', stage: 'active', profileId: 'p2', why: {} };
  expect(profiles).toEqual([
    { id: 'p1', name: { zh: '潜水者', en: 'Lurkers' }, size: 0, share: share(0, 4), examples: [] },
    { id: 'p2', name: { zh: '答疑者', en: 'Answerers' }, size: 1, share: share(1, 4), examples: [ada] },
  ]);
  expect(lists.topHelpers).toEqual([ada]);
});

test('a report is JSON, and the next one compares itself with it', () => {
  const stored = JSON.parse(JSON.stringify(report())) as Report;
  expect(stored).toEqual(report());
  expect(report({ ...stored, asOf: '2026-11-21' }).quality.restated).toMatchObject({
    against: '2026-11-21',
    changes: 0,
  });
});

test('the retention formula of the guide: 600 of 800 is 0.75', () => {
  const [last, both] = [
    { date: '2026-09-10', amounts: { view: 1 } },
    { date: '2026-10-10', amounts: { view: 1 } },
  ];
  const members = Array.from({ length: 800 }, (_, i) => (i < 600 ? [last!, both!] : [last!]));
  const made = assembleReport({
    ...{
      runId: 'run',
      generatedAt: '',
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      scored: emptyScoredSums(),
    },
    ...{
      profiles: [],
      imports: { imported: 0, refused: 0, duplicates: 0 },
      deadLetters: 0,
      audit: null,
      previous: undefined,
    },
    sums: computeSums(members, '2026-11-01'),
  });
  expect(made.retention).toEqual({ month: '2026-10', numerator: 600, denominator: 800, value: 0.75 });
});

const share = (numerator: number, denominator: number) => ({
  numerator,
  denominator,
  value: numerator / denominator,
});
