import type { FeatureName } from '#lib/features/catalogue.ts';
import { OWN_FEATURES, type OwnFeatures } from '#lib/features/features.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { ListName } from '#lib/reports/lists.ts';
import {
  addToList,
  countProfile,
  emptyScoredSums,
  type RankedMember,
  type ScoredSums,
} from '#lib/reports/scored-sums.ts';
import { computePredictions, type Predictions } from '#lib/scoring/predictions.ts';
import { type PreparedModels, prepareModels } from '#lib/scoring/prepared-models.ts';
import { parquetFileWriter } from './parquet/parquet-writer.ts';
import { FEATURE_COLUMNS, SCORE_COLUMNS, type ScoreRow } from './parquet/schemas.ts';
import { readSnapshot, type SnapshotTable } from './partitions.ts';
import { partitionKey, readFittedModels } from './run-files.ts';

/** One part of the members, as of a date. */
export interface ScoringTask {
  runId: string;
  /** YYYY-MM-DD */
  asOf: string;
  part: number;
  /** how many parts there are */
  of: number;
}

const PARQUET = 'application/vnd.apache.parquet';

const OWN_COLUMNS = [
  ...OWN_FEATURES,
  'interactions30',
  'retentionWeeks',
  'returnGapDays',
] as const satisfies (keyof OwnFeatures)[];

/**
 * Scores every member of one part of a run's snapshot with the run's own models, by the code that scores online.
 * Writes `features/part-<i>.parquet`, `scores/part-<i>.parquet` and `scored/part-<i>.json` of the run, whole each.
 * @returns how many members there are
 * @throws Error naming the object when one that an earlier step writes is missing; StoreError
 */
export async function scorePartition(
  store: ObjectStore,
  { runId, asOf, part }: Omit<ScoringTask, 'of'>,
): Promise<number> {
  const models = prepareModels(await readFittedModels(store, runId));
  const table = await readSnapshot(store, runId, part, models.community.ready?.members ?? 0);
  const features = parquetFileWriter<{ userId: string } & Record<FeatureName, number>>(FEATURE_COLUMNS);
  const scores = parquetFileWriter<ScoreRow>(SCORE_COLUMNS);
  const sums = emptyScoredSums();
  const ownAt = ownFeaturesReader(table);
  for (let i = 0; i < table.userIds.length; i += 1) {
    const own = ownAt(i);
    const userId = table.userIds[i]!;
    const figures = computePredictions(own, models, userId);
    const who = { userId, name: table.names[i] ?? null, traits: table.traits[i] ?? null, asOf };
    const row = scoreRow(who, own, figures, models);
    features.add({ userId, ...figures.features });
    scores.add(row);
    const { interactionsBefore30, helps7 } = table.extra;
    addScoredMember(sums, { row, own, interactionsBefore30: interactionsBefore30[i]!, helps7: helps7[i]! });
  }
  await store.put(partitionKey(runId, 'features', part), features.finish(), PARQUET);
  await store.put(partitionKey(runId, 'scores', part), scores.finish(), PARQUET);
  await store.put(partitionKey(runId, 'scored', part), JSON.stringify(sums), 'application/json');
  return table.userIds.length;
}

/** One member's figures as a row. */
function scoreRow(
  who: Pick<ScoreRow, 'userId' | 'name' | 'traits' | 'asOf'>,
  own: OwnFeatures,
  figures: Predictions,
  models: PreparedModels,
): ScoreRow {
  const { profile, value, influence } = figures;
  return {
    ...who,
    activity: figures.activity,
    interactions30: own.interactions30,
    activityPercentile: figures.percentile ?? null,
    retention: figures.retention ?? null,
    stage: figures.stage,
    churnRisk: figures.churnRisk ?? null,
    profileId: profile === undefined ? null : (models.profiles.ready?.profiles[profile.index]?.id ?? null),
    profileDistance: profile?.distance ?? null,
    profileMargin: profile?.margin ?? null,
    valueMinor: value?.amount ?? null,
    valueLowMinor: value?.low ?? null,
    valueHighMinor: value?.high ?? null,
    influence: influence?.pageRank ?? null,
    influencePercentile: influence?.percentile ?? null,
  };
}

function ownFeaturesReader({ columns, extra }: SnapshotTable): (i: number) => OwnFeatures {
  const sources: Record<string, Float64Array> = { ...columns, ...extra };
  const read = OWN_COLUMNS.map((name) => [name, sources[name]!] as const);
  return (i) => {
    const own: Partial<OwnFeatures> = {};
    for (const [name, column] of read) own[name] = column[i]!;
    return own as OwnFeatures;
  };
}

/** A scored member with what the lists go by. */
interface ScoredMember {
  row: ScoreRow;
  own: OwnFeatures;
  interactionsBefore30: number;
  helps7: number;
}

type ListEntry = Pick<RankedMember, 'rank' | 'why'>;

/** Joined long enough ago to have settled in, not so long that it is history. */
const [STUCK_FROM, STUCK_TO] = [3, 14];
const QUIET_DAYS = 3;
/** Who was here in both of the periods that are compared. */
const RISING_TENURE_DAYS = 60;

/** Counts a member to its stage and profile, and puts it on the lists that it belongs on. */
function addScoredMember(sums: ScoredSums, member: ScoredMember): void {
  const { userId, name, stage, profileId, profileDistance, interactions30 } = member.row;
  const listed = { userId, name, stage, profileId };
  sums.stages[stage] += 1;
  if (profileId !== null) {
    const distance = profileDistance ?? 0;
    countProfile(sums, profileId, { ...listed, rank: -distance, why: { distance, interactions30 } });
  }
  for (const [on, placeOf] of LIST_RULES) {
    const place = placeOf(member);
    if (place !== undefined) addToList(sums, on, { ...listed, ...place });
  }
}

const LIST_RULES = Object.entries({
  /** by what may be lost; without a model, silence stands for the risk and recent payments for the value */
  atRiskAndValuable({ row: { churnRisk, valueMinor, stage }, own: { payment90, recencyDays } }) {
    const rank = (churnRisk ?? (stage === 'silent' ? 1 : 0)) * (valueMinor ?? payment90);
    if (!(rank > 0)) return undefined;
    const risk = churnRisk === null ? {} : { churnRisk };
    return { rank, why: { ...risk, ...(valueMinor === null ? { payment90 } : { valueMinor }), recencyDays } };
  },
  /** by how much more they interacted than in the 30 days before */
  rising({ own: { interactions30, tenureDays }, interactionsBefore30: before30 }) {
    const rank = interactions30 - before30;
    if (rank <= 0 || tenureDays < RISING_TENURE_DAYS) return undefined;
    return { rank, why: { interactions30, before30 } };
  },
  /** by how long they have been away since they joined, without having finished one lesson */
  newAndStuck({ own: { tenureDays, recencyDays, learns30 } }) {
    const isNew = tenureDays >= STUCK_FROM && tenureDays <= STUCK_TO;
    if (!isNew || learns30 > 0 || recencyDays < QUIET_DAYS) return undefined;
    return { rank: recencyDays, why: { tenureDays, recencyDays, learns30 } };
  },
  /** by how often they answered others, or accepted an answer, in the last 7 days */
  topHelpers({ row: { influencePercentile }, helps7 }) {
    if (helps7 <= 0) return undefined;
    return { rank: helps7, why: { helps7, ...(influencePercentile !== null && { influencePercentile }) } };
  },
} satisfies Record<ListName, (member: ScoredMember) => ListEntry | undefined>) as [
  ListName,
  (member: ScoredMember) => ListEntry | undefined,
][];
