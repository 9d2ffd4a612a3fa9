import type { FeatureName } from '#lib/features/catalogue.ts';

/** Features of many members in columns of the same length; NaN is unknown. */
export interface FeatureTable {
  userIds: string[];
  columns: Record<FeatureName, Float64Array>;
}

/** Features as of 30 days before the run's date, and what followed in those 30 days. */
export interface TrainingTable extends FeatureTable {
  /** net payment in minor units */
  paymentNext30: Float64Array;
  /** 1 for who did at least one action, else 0 */
  activeNext30: Uint8Array;
}
