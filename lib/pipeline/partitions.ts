import type { FeatureName } from '#lib/features/catalogue.ts';
import { OWN_FEATURES } from '#lib/features/features.ts';
import type { FeatureTable, TrainingTable } from '#lib/models/feature-tables.ts';
import type { TieTable } from '#lib/models/numeric/graph/tie-graph.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import { MIXED_RELEASES } from '#lib/platform/artefact.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { openParquet, type ParquetReader } from './parquet/parquet-reader.ts';
import type { ParquetColumn } from './parquet/parquet-writer.ts';
import { SNAPSHOT_COLUMNS, type SnapshotRow, TIE_COLUMNS, TRAINING_COLUMNS } from './parquet/schemas.ts';
import { missingObject, partitionKey } from './run-files.ts';

const COLUMNS = { snapshot: SNAPSHOT_COLUMNS, training: TRAINING_COLUMNS, ties: TIE_COLUMNS };
type Dataset = keyof typeof COLUMNS;
type ColumnOf<D extends Dataset> = (typeof COLUMNS)[D][number]['name'];

/** What scoring needs of one part of a run's snapshot, row by row in columns of the same length. */
export type SnapshotTable = FeatureTable & {
  names: (string | null)[];
  /** JSON of the traits that members are found by */
  traits: (string | null)[];
  extra: Record<ExtraColumn, Float64Array>;
};

const EXTRA_COLUMNS = [
  'interactions30',
  'retentionWeeks',
  'returnGapDays',
  'interactionsBefore30',
  'helps7',
] as const satisfies (keyof SnapshotRow)[];
type ExtraColumn = (typeof EXTRA_COLUMNS)[number];

/**
 * One part of a run's snapshot.
 * @param members of the whole community as of the run's date (`readSums`), which `activity` is relative to
 * @throws Error naming the object when it is missing; StoreError
 */
export async function readSnapshot(
  store: ObjectStore,
  runId: string,
  part: number,
  members: number,
): Promise<SnapshotTable> {
  const file = await openPartition(store, runId, 'snapshot', part);
  const table = await readFeatureTable(file, members);
  const extra = await Promise.all(
    EXTRA_COLUMNS.map(async (name) => [name, await file.numbers(name)] as const),
  );
  return {
    ...table,
    names: await file.texts('name'),
    traits: await file.texts('traits'),
    extra: Object.fromEntries(extra) as Record<ExtraColumn, Float64Array>,
  };
}

/** A run's features as of its date. @param members as of that date */
export const featurePartitions = (
  store: ObjectStore,
  runId: string,
  parts: number,
  members: number,
): Partitions<FeatureTable> =>
  eachPartition(store, runId, 'snapshot', parts, (file) => readFeatureTable(file, members));

/** A run's training rows. @param members as of 30 days before its date */
export const trainingPartitions = (
  store: ObjectStore,
  runId: string,
  parts: number,
  members: number,
): Partitions<TrainingTable> =>
  eachPartition(store, runId, 'training', parts, async (file) => ({
    ...(await readFeatureTable(file, members)),
    paymentNext30: await file.numbers('paymentNext30'),
    activeNext30: Uint8Array.from(await file.numbers('activeNext30')),
  }));

/** A run's ties. */
export const tiePartitions = (store: ObjectStore, runId: string, parts: number): Partitions<TieTable> =>
  eachPartition(store, runId, 'ties', parts, async (file) => ({
    sources: (await file.texts('source')) as string[],
    targets: (await file.texts('target')) as string[],
    weights: await file.numbers('weight'),
  }));

function eachPartition<D extends Dataset, T>(
  store: ObjectStore,
  runId: string,
  what: D,
  parts: number,
  read: (file: ParquetReader<ColumnOf<D>>) => Promise<T>,
): Partitions<T> {
  return async function* () {
    for (let part = 0; part < parts; part += 1)
      yield await read(await openPartition(store, runId, what, part));
  };
}

async function openPartition<D extends Dataset>(
  store: ObjectStore,
  runId: string,
  what: D,
  part: number,
): Promise<ParquetReader<ColumnOf<D>>> {
  const key = partitionKey(runId, what, part);
  const stored = await store.get(key);
  if (stored === undefined) throw missingObject(key);
  const columns: readonly ParquetColumn<ColumnOf<D>>[] = COLUMNS[what];
  return openParquet({ key, body: stored.body, columns, todo: MIXED_RELEASES });
}

async function readFeatureTable(
  file: ParquetReader<Exclude<FeatureName, 'activity'> | 'interactions30' | 'userId'>,
  members: number,
): Promise<FeatureTable> {
  const columns = {} as Record<FeatureName, Float64Array>;
  for (const name of OWN_FEATURES) columns[name] = await file.numbers(name);
  const interactions = await file.numbers('interactions30');
  columns.activity = interactions.map((count) => count / Math.max(members, 1));
  return { userIds: (await file.texts('userId')) as string[], columns };
}
