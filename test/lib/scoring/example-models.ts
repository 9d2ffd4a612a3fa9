import { FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import type { OwnFeatures } from '#lib/features/features.ts';
import type { ModelKind } from '#lib/models/model-files.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import type { FittedModel, ModelByKind } from '#lib/models/registry/models.ts';
import type { ModelSet } from '#lib/scoring/prepared-models.ts';

type Unversioned = { [K in ModelKind]: Omit<FittedModel<K>, 'version'> };

const of = (value: number, some: Partial<Record<FeatureName, number>> = {}): Record<FeatureName, number> =>
  ({ ...Object.fromEntries(FEATURES.map((name) => [name, value])), ...some }) as Record<FeatureName, number>;

const EXAMPLES: Unversioned = {
  community: {
    kind: 'community',
    format: 1,
    status: 'fitted',
    asOf: '2026-03-08',
    members: 10,
    // Four members with nothing, three with 2, two with 5, one with 40.
    activityPercentiles: { counts: [0, 2, 5, 40], shares: [0.2, 0.55, 0.8, 0.95] },
    means: of(2, { replies30: 3, payment90: 10_000, retention: 0.5, feedbackMean: 4 }),
    medians: of(1),
  },
  profiles: {
    kind: 'profiles',
    format: 1,
    status: 'fitted',
    asOf: '2026-03-08',
    members: 10,
    coordinates: [
      { feature: 'replies30', log: true, mean: 1, sd: 1 },
      { feature: 'recencyDays', log: false, mean: 10, sd: 5 },
      { feature: 'activity', log: false, mean: 0.5, sd: 0.5 },
    ],
    clusters: [
      {
        id: 'p1',
        name: { zh: '高互动答疑者', en: 'Engaged answerer' },
        size: 4,
        centroid: [1.5, -1.5, 1],
        strongest: [{ feature: 'replies30', z: 1.5 }],
      },
      {
        id: 'p2',
        name: { zh: '沉默旁观者', en: 'Silent watcher' },
        size: 6,
        centroid: [-1, 1, -1],
        strongest: [{ feature: 'replies30', z: -1 }],
      },
    ],
    card: {
      k: 2,
      chosenBy: 'silhouette',
      silhouettes: [{ k: 2, silhouette: 0.6 }],
      inertia: 8,
      sampled: 10,
      previous: null,
    },
  },
  lifecycle: {
    kind: 'lifecycle',
    format: 1,
    status: 'fitted',
    asOf: '2026-03-08',
    members: 400,
    thresholds: { newDays: 14, silentDays: 14, churnedDays: 45 },
    coordinates: [{ feature: 'recencyDays', log: false, mean: 10, sd: 5 }],
    classifier: {
      kind: 'tree',
      trees: [
        { feature: [0, -1, -1], threshold: [0, 0, 0], left: [1, 0, 0], right: [2, 0, 0], p: [0, 0.2, 0.8] },
      ],
    },
    calibration: { raw: [0, 1], probability: [0.1, 0.6] },
    card: {
      positives: 150,
      negatives: 250,
      heldOut: 80,
      auc: 0.8,
      logLoss: 0.5,
      ruleAuc: 0.7,
      candidates: [{ kind: 'tree', auc: 0.8, logLoss: 0.5 }],
      deciles: [{ members: 80, predicted: 0.4, observed: 0.4, lift: 1 }],
    },
  },
  value: {
    kind: 'value',
    format: 1,
    status: 'fitted',
    asOf: '2026-03-08',
    members: 400,
    currency: 'CNY',
    coefficients: (
      [
        ['intercept', 1_000],
        ['payment90', 0.25],
        ['recencyDays', -40],
      ] as const
    ).map(([feature, estimate]) => ({
      feature,
      estimate,
      standardError: 0.1,
      low: estimate - 0.2,
      high: estimate + 0.2,
      distinguishable: true,
    })),
    means: [8_000, 12],
    dropped: [],
    intervals: [
      { upTo: 3_000, low: -1_000, high: 900 },
      { upTo: null, low: -2_000, high: 4_000 },
    ],
    card: {
      payers: 150,
      historyDays: 120,
      heldOut: 80,
      r2: 0.4,
      mae: 700,
      baseline: { r2: 0, mae: 1_100 },
      deciles: [{ members: 80, predicted: 2_500, observed: 2_450 }],
    },
  },
  influence: {
    kind: 'influence',
    format: 1,
    status: 'fitted',
    asOf: '2026-03-08',
    members: 10,
    top: [
      { userId: 'u_star', pageRank: 0.4, percentile: 0.95, circle: 0 },
      { userId: 'u_1', pageRank: 0.2, percentile: 0.85, circle: 1 },
    ],
    reach: [{ userId: 'u_star', added: 6, reached: 6 }],
    card: { ties: 30, circles: 2, modularity: 0.4, largestCircles: [{ circle: 0, size: 6 }] },
  },
};

/** A model of a kind as it would lie in its file, with other content if wanted. */
export function exampleModel<K extends ModelKind>(
  kind: K,
  changes: Partial<FittedModel<K>> = {},
): FittedModel<K> {
  const model = { ...EXAMPLES[kind], ...changes };
  const version = computeVersion(model);
  return { ...model, version } as unknown as FittedModel<K>;
}

/** A model file that says there was too little. */
export function insufficientModel<K extends 'profiles' | 'value' | 'influence'>(kind: K): ModelByKind[K] {
  const model = {
    kind,
    format: 1,
    status: 'insufficient',
    asOf: '2026-03-08',
    members: 10,
    needs: [{ what: 'members', have: 10, need: 50 }],
  };
  return { ...model, version: computeVersion(model) } as unknown as ModelByKind[K];
}

/** One model of every kind. */
export const exampleModels = (): Required<ModelSet> => ({
  community: exampleModel('community'),
  profiles: exampleModel('profiles'),
  lifecycle: exampleModel('lifecycle'),
  value: exampleModel('value'),
  influence: exampleModel('influence'),
});

/** A member of 100 days who came three days ago and did a little of everything. */
export const exampleOwn = (some: Partial<OwnFeatures> = {}): OwnFeatures => ({
  ...of(0),
  posts30: 1,
  replies30: 9,
  views30: 20,
  learns30: 2,
  activeDays30: 8,
  activeDays90: 20,
  recencyDays: 3,
  tenureDays: 100,
  retention: 0.75,
  orders90: 1,
  payment90: 20_000,
  paymentTotal: 40_000,
  feedbackMean: Number.NaN,
  interactions30: 10,
  retentionWeeks: 12,
  returnGapDays: 0,
  ...some,
});
