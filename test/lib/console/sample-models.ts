import { FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import type { ModelByKind } from '#lib/models/registry/models.ts';

const head = <K extends string>(kind: K) => ({
  kind,
  format: 1 as const,
  status: 'fitted' as const,
  version: '2026-11-22-0a1b2c3d',
  asOf: '2026-11-22',
  members: 1_400,
});

const of = (value: (name: FeatureName, i: number) => number) =>
  Object.fromEntries(FEATURES.map((name, i) => [name, value(name, i)])) as Record<FeatureName, number>;

const PROFILES = [
  [
    'p1',
    '高互动答疑者',
    'Engaged answerers',
    212,
    [
      ['replies30', 2.4],
      ['accepts30', 2.1],
      ['activeDays30', 1.6],
      ['views30', 0.8],
    ],
  ],
  [
    'p2',
    '安静的学习者',
    'Quiet learners',
    468,
    [
      ['learns30', 1.1],
      ['replies30', -0.7],
      ['posts30', -0.6],
    ],
  ],
  [
    'p3',
    '活动常客',
    'Event regulars',
    167,
    [
      ['attends30', 2.2],
      ['payment90', 1.3],
      ['likes30', 0.9],
    ],
  ],
  [
    'p4',
    '新鲜人',
    'Newcomers',
    203,
    [
      ['tenureDays', -1.8],
      ['views30', 0.7],
      ['retention', 0.5],
    ],
  ],
  [
    'p5',
    '久未露面',
    'Long unseen',
    350,
    [
      ['recencyDays', 1.9],
      ['activeDays90', -1.4],
      ['learns30', -0.9],
    ],
  ],
] as const;

const COEFFICIENTS = [
  ['intercept', 1_250, 310],
  ['payment90', 0.21, 0.018],
  ['activity', 88_000, 21_000],
  ['retention', 3_400, 1_250],
  ['learns30', 96, 31],
  ['recencyDays', -41, 12],
  ['likes30', 3, 5],
] as const;

/** One fitted model of every kind, as the night would have left them. */
export function sampleModels(): { [K in keyof ModelByKind]: ModelByKind[K] } {
  return {
    community: {
      ...head('community'),
      activityPercentiles: { counts: [0, 1, 5, 20], shares: [0.1, 0.3, 0.6, 0.9] },
      means: of((_, i) => 2 + i),
      medians: of((_, i) => 1 + i),
    },
    profiles: {
      ...head('profiles'),
      coordinates: FEATURES.map((feature) => ({ feature, log: true, mean: 1, sd: 1 })),
      clusters: PROFILES.map(([id, zh, en, size, strongest]) => ({
        id,
        name: { zh, en },
        size,
        centroid: FEATURES.map(() => 0.1),
        strongest: strongest.map(([feature, z]) => ({ feature, z })),
      })),
      card: {
        k: 5,
        chosenBy: 'silhouette',
        silhouettes: [2, 3, 4, 5, 6].map((k) => ({ k, silhouette: 0.2 + (k === 5 ? 0.11 : k * 0.01) })),
        inertia: 812,
        sampled: 1_400,
        previous: { version: '2026-11-21-9f8e7d6c', adjustedRandIndex: 0.94, movedShare: 0.031 },
      },
    },
    lifecycle: {
      ...head('lifecycle'),
      thresholds: { newDays: 14, silentDays: 14, churnedDays: 45 },
      coordinates: [{ feature: 'recencyDays', log: true, mean: 2, sd: 1 }],
      classifier: {
        kind: 'tree',
        trees: [
          {
            feature: [0, -1, -1],
            threshold: [0.5, 0, 0],
            left: [1, 0, 0],
            right: [2, 0, 0],
            p: [0.3, 0.1, 0.6],
          },
        ],
      },
      calibration: { raw: [0.1, 0.6], probability: [0.08, 0.61] },
      card: {
        positives: 312,
        negatives: 640,
        heldOut: 238,
        auc: 0.83,
        logLoss: 0.46,
        ruleAuc: 0.74,
        candidates: [
          { kind: 'forest', auc: 0.83, logLoss: 0.46 },
          { kind: 'tree', auc: 0.79, logLoss: 0.52 },
          { kind: 'rule', auc: 0.74, logLoss: null },
        ],
        deciles: Array.from({ length: 10 }, (_, i) => ({
          members: 24,
          predicted: 0.82 - i * 0.08,
          observed: 0.79 - i * 0.077,
          lift: 2.4 - i * 0.23,
        })),
      },
    },
    value: {
      ...head('value'),
      currency: 'CNY',
      coefficients: COEFFICIENTS.map(([feature, estimate, standardError]) => ({
        feature,
        estimate,
        standardError,
        low: estimate - 1.96 * standardError,
        high: estimate + 1.96 * standardError,
        distinguishable: Math.abs(estimate) > 1.96 * standardError,
      })),
      means: [12_000, 0.04, 0.6, 6, 18, 22],
      dropped: [{ feature: 'payment30', why: 'collinear' }],
      intervals: [{ upTo: null, low: -9_000, high: 16_000 }],
      card: {
        payers: 264,
        historyDays: 182,
        heldOut: 280,
        r2: 0.41,
        mae: 6_210,
        baseline: { r2: 0, mae: 9_480 },
        deciles: Array.from({ length: 10 }, (_, i) => ({
          members: 28,
          predicted: 41_000 * 0.7 ** i,
          observed: 39_500 * 0.71 ** i,
        })),
      },
    },
    influence: {
      ...head('influence'),
      top: Array.from({ length: 12 }, (_, i) => ({
        userId: `u_${10_000 + i * 37}`,
        pageRank: 0.02 / (i + 1),
        percentile: 1 - i * 0.01,
        circle: i % 3,
      })),
      reach: Array.from({ length: 5 }, (_, i) => ({
        userId: `u_${10_000 + i * 37}`,
        added: 120 - i * 20,
        reached: 120 + i * 70,
      })),
      card: {
        ties: 4_120,
        circles: 6,
        modularity: 0.44,
        largestCircles: [
          { circle: 0, size: 310 },
          { circle: 1, size: 220 },
        ],
      },
    },
  };
}
