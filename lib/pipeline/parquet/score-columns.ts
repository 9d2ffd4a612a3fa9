import type { Stage } from '#lib/models/model-files.ts';
import type { ParquetColumn } from './parquet-writer.ts';

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
