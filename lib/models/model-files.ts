import type { FeatureName, LocalizedText } from '#lib/features/catalogue.ts';
import type { Calibration } from './numeric/calibration/isotonic.ts';

export type { LocalizedText };

/** The models of a community, each a file `models/<kind>/<version>.json` that is never changed. */
export const MODEL_KINDS = ['community', 'profiles', 'lifecycle', 'value', 'influence'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** What is too little for a model, and how much it would take. */
export interface Need {
  what: 'members' | 'historyDays' | 'payers' | 'stayed' | 'left' | 'ties';
  have: number;
  need: number;
}

/** What every model file says. `version` is `<asOf>-<8 hex digits of the SHA-256 of the rest>`: same content, same version. */
export interface ModelHead<K extends ModelKind> {
  kind: K;
  format: 1;
  version: string;
  /** the date as of which it was fitted */
  asOf: string;
  /** rows it was fitted on */
  members: number;
}

/** There was too little to fit a model on; this is the answer, and no figure is made up. */
export type Insufficient<K extends ModelKind> = ModelHead<K> & { status: 'insufficient'; needs: Need[] };
type Fitted<K extends ModelKind> = ModelHead<K> & { status: 'fitted' };

/** What a member is compared with: the community's size, and how its members are spread. */
export type CommunityModel = Fitted<'community'> & {
  /** interactions30: each different count in order, and the share of members with a lower one + half of those with it */
  activityPercentiles: { counts: number[]; shares: number[] };
  /** over the members whose value is known, 0 when nobody's is; absent for a feature that came after the model */
  means: Partial<Record<FeatureName, number>>;
  medians: Partial<Record<FeatureName, number>>;
};

/** How a feature becomes a coordinate: `(log ? log1p(max(0, x)) : x − mean) / sd`. NaN becomes 0, the mean. */
export interface Coordinate {
  feature: FeatureName;
  log: boolean;
  mean: number;
  sd: number;
}

/**
 * How an iterative method came to its end: with figures that had settled, or because the iterations were used up.
 * Files that earlier releases wrote do not say.
 */
export interface Convergence {
  converged?: boolean;
  iterations?: number;
}

export interface ProfileCluster {
  /** `p1`, `p2`, …; stays with the profile from fit to fit */
  id: string;
  name: LocalizedText;
  size: number;
  centroid: number[];
  /** coordinates of the centroid that stand out most, strongest first: in standard deviations from the mean */
  strongest: { feature: FeatureName; z: number }[];
}

export type ProfilesModel =
  | (Fitted<'profiles'> & {
      coordinates: Coordinate[];
      clusters: ProfileCluster[];
      /** ids up to `p<idsGiven>` belong to profiles of this model or one before; absent: up to the highest of this one */
      idsGiven?: number;
      /** convergence of K-means over all members */
      card: {
        k: number;
        chosenBy: 'silhouette' | 'configuration' | 'fallback';
        silhouettes: { k: number; silhouette: number }[];
        inertia: number;
        sampled: number;
        /** against the version before; null for the first */
        previous: { version: string; adjustedRandIndex: number; movedShare: number } | null;
      } & Convergence;
    })
  | Insufficient<'profiles'>;

/** Days that separate the stages. new: joined < newDays ago; active: recency < silentDays; churned: recency ≥ churnedDays. */
export interface StageThresholds {
  newDays: number;
  silentDays: number;
  churnedDays: number;
}

export const STAGES = ['new', 'active', 'returning', 'silent', 'churned'] as const;
export type Stage = (typeof STAGES)[number];

/** A decision tree as columns: node i asks `coordinate[feature[i]] < threshold[i]` → left[i], else right[i]; feature −1 is a leaf with p[i]. */
export interface FlatTree {
  feature: number[];
  threshold: number[];
  left: number[];
  right: number[];
  p: number[];
}

/** What a classifier answers before calibration: a share between 0 and 1 of those who left. */
export type Classifier =
  | { kind: 'tree' | 'forest'; trees: FlatTree[] }
  | { kind: 'neighbours'; k: number; rows: number[][]; left: (0 | 1)[] };

/** Quality on members that the fit did not see. */
export interface ClassifierQuality {
  kind: Classifier['kind'] | 'rule';
  auc: number;
  logLoss: number | null;
}

export type LifecycleModel = (
  | (Fitted<'lifecycle'> & {
      coordinates: Coordinate[];
      classifier: Classifier;
      /** isotonic: raw score → probability, linear between the knots, flat outside */
      calibration: Calibration;
      card: {
        positives: number;
        negatives: number;
        heldOut: number;
        auc: number;
        logLoss: number;
        ruleAuc: number;
        candidates: ClassifierQuality[];
        /** held-out tenths, most at risk first: predicted and observed share who left, and observed / overall share */
        deciles: { members: number; predicted: number; observed: number; lift: number }[];
      };
    })
  | Insufficient<'lifecycle'>
) & { thresholds: StageThresholds };

/** One line of the regression, in minor units per unit of the feature. */
export interface Coefficient {
  feature: FeatureName | 'intercept';
  estimate: number;
  standardError: number;
  /** 95 % confidence interval */
  low: number;
  high: number;
  distinguishable: boolean;
}

export type ValueModel =
  | (Fitted<'value'> & {
      currency: string;
      coefficients: Coefficient[];
      /** the training rows' means of the features, in the order of the coefficients after the intercept */
      means: number[];
      /** left out, and why */
      dropped: { feature: FeatureName; why: 'constant' | 'collinear' }[];
      /** 80 % prediction interval from held-out residuals: for predictions up to `upTo` (the last is null), add low and high */
      intervals: { upTo: number | null; low: number; high: number }[];
      card: {
        payers: number;
        historyDays: number;
        heldOut: number;
        r2: number;
        mae: number;
        /** predicting the training mean for everybody */
        baseline: { r2: number; mae: number };
        /** held-out tenths by prediction, highest first, in minor units */
        deciles: { members: number; predicted: number; observed: number }[];
      };
    })
  | Insufficient<'value'>;

export type InfluenceModel =
  | (Fitted<'influence'> & {
      /** most influential first, at most 1,000. pageRank sums to 1 over all; percentile among those with ties */
      top: { userId: string; pageRank: number; percentile: number; circle: number }[];
      /** the smallest set that reaches most: each adds `added` members to those reached, in order */
      reach: { userId: string; added: number; reached: number }[];
      /** convergence of PageRank */
      card: {
        ties: number;
        circles: number;
        modularity: number;
        largestCircles: { circle: number; size: number }[];
      } & Convergence;
    })
  | Insufficient<'influence'>;

export interface ModelByKind {
  community: CommunityModel;
  profiles: ProfilesModel;
  lifecycle: LifecycleModel;
  value: ValueModel;
  influence: InfluenceModel;
}

export type AnyModel = ModelByKind[ModelKind];
export type FittedModel<K extends ModelKind> = Extract<ModelByKind[K], { status: 'fitted' }>;

/** `models/current.json`: which version of each kind is live. The only object that is ever overwritten. */
export interface CurrentModels {
  format: 1;
  publishedAt: string;
  runId: string;
  asOf: string;
  models: Partial<Record<ModelKind, string>>;
  /** key of the newest report; null before the first */
  report: string | null;
  /** what operators call a profile, by its id, in place of its own name */
  profileNames: Record<string, Partial<LocalizedText>>;
  /** what was live, newest first, this one included; at most 60 */
  history: Publication[];
}

export interface Publication {
  publishedAt: string;
  by: 'run' | 'rollback';
  /** of a rollback: the id of the key that asked for it */
  caller?: string;
  runId: string;
  asOf: string;
  models: Partial<Record<ModelKind, string>>;
}
