import { CATALOGUE, FEATURES, type FeatureKind, type FeatureName } from '#lib/features/catalogue.ts';
import { type Features, OWN_FEATURES, type OwnFeatures } from '#lib/features/features.ts';
import type { Stage } from '#lib/models/model-files.ts';
import type { ParquetColumn } from './parquet-writer.ts';

/** One member in `snapshot/part-<i>.parquet`: features as of the run's date but for `activity`, and what lists go by. */
export type SnapshotRow = OwnFeatures & {
  userId: string;
  name: string | null;
  /** JSON of the traits that members are found by */
  traits: string | null;
  /** interactions in the 30 days before those of `interactions30` */
  interactionsBefore30: number;
  /** replies + accepts of the last 7 days */
  helps7: number;
};

/** One member in `training/part-<i>.parquet`: features as of 30 days before the run's date, and what followed. */
export type TrainingRow = Omit<Features, 'activity' | 'retentionWeeks' | 'returnGapDays'> & {
  userId: string;
  /** net payment of those 30 days, minor units */
  paymentNext30: number;
  /** 1 for who did at least one action in them, else 0 */
  activeNext30: 0 | 1;
};

/** One pair in `ties/part-<i>.parquet`. */
export interface TieRow {
  source: string;
  target: string;
  /** replies, likes and accepts, × 0.9 per month of age */
  weight: number;
}

const TYPE_BY_KIND: Readonly<Record<FeatureKind, ParquetColumn['type']>> = {
  count: 'INT32',
  days: 'INT32',
  money: 'INT64',
  share: 'DOUBLE',
  mean: 'DOUBLE',
};

const USER_ID = { name: 'userId', type: 'STRING' } as const;
const OWN_COLUMNS = OWN_FEATURES.map(featureColumn);
const count = <Name extends string>(name: Name) => ({ name, type: 'INT32' }) as const;

/** Columns of `features/date=…/part-<i>.parquet`: every feature, `activity` too. */
export const FEATURE_COLUMNS: ParquetColumn<'userId' | FeatureName>[] = [
  USER_ID,
  ...FEATURES.map(featureColumn),
];

export const SNAPSHOT_COLUMNS: ParquetColumn<keyof SnapshotRow>[] = [
  USER_ID,
  { name: 'name', type: 'STRING', nullable: true },
  { name: 'traits', type: 'STRING', nullable: true },
  ...OWN_COLUMNS,
  count('interactions30'),
  count('retentionWeeks'),
  count('returnGapDays'),
  count('interactionsBefore30'),
  count('helps7'),
];

export const TRAINING_COLUMNS: ParquetColumn<keyof TrainingRow>[] = [
  USER_ID,
  ...OWN_COLUMNS,
  count('interactions30'),
  { name: 'paymentNext30', type: 'INT64' },
  count('activeNext30'),
];

export const TIE_COLUMNS: ParquetColumn<keyof TieRow>[] = [
  { name: 'source', type: 'STRING' },
  { name: 'target', type: 'STRING' },
  { name: 'weight', type: 'DOUBLE' },
];

function featureColumn<F extends FeatureName>(name: F): ParquetColumn<F> {
  const { kind, unknown } = CATALOGUE[name];
  const column = { name, type: TYPE_BY_KIND[kind] };
  return unknown === undefined ? column : { ...column, nullable: true };
}

/** One member in `scores/date=…/part-<i>.parquet`. What is null has no model, or the model says nothing of this member. */
export interface ScoreRow {
  userId: string;
  name: string | null;
  /** JSON of the traits that members are found by */
  traits: string | null;
  activity: number;
  interactions30: number;
  /** shares between 0 and 1, as `retention` and `churnRisk` */
  activityPercentile: number | null;
  retention: number | null;
  stage: Stage;
  churnRisk: number | null;
  profileId: string | null;
  profileDistance: number | null;
  profileMargin: number | null;
  /** net payment expected in the next 30 days, in minor units, unrounded */
  valueMinor: number | null;
  valueLowMinor: number | null;
  valueHighMinor: number | null;
  /** PageRank of the most influential */
  influence: number | null;
  influencePercentile: number | null;
  asOf: string;
}

const orNull = <Name extends string>(name: Name) => ({ name, type: 'DOUBLE', nullable: true }) as const;

export const SCORE_COLUMNS: ParquetColumn<keyof ScoreRow>[] = [
  { name: 'userId', type: 'STRING' },
  { name: 'name', type: 'STRING', nullable: true },
  { name: 'traits', type: 'STRING', nullable: true },
  { name: 'activity', type: 'DOUBLE' },
  { name: 'interactions30', type: 'INT32' },
  orNull('activityPercentile'),
  orNull('retention'),
  { name: 'stage', type: 'STRING' },
  orNull('churnRisk'),
  { name: 'profileId', type: 'STRING', nullable: true },
  orNull('profileDistance'),
  orNull('profileMargin'),
  orNull('valueMinor'),
  orNull('valueLowMinor'),
  orNull('valueHighMinor'),
  orNull('influence'),
  orNull('influencePercentile'),
  { name: 'asOf', type: 'STRING' },
];
