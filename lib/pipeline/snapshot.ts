import { writeCandidates } from '#lib/audit/audit-files.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { newestTexts } from '#lib/reports/newest-texts.ts';
import type { FeedbackText } from '#lib/reports/report.ts';
import type { FeedbackDay } from './feedback-days.ts';
import type { ScannedMember } from './members-table.ts';
import { partitionKey } from './run-files.ts';
import { snapshotBuilder } from './snapshot-part.ts';

/** One part of a run's snapshot. */
export interface SnapshotTask {
  runId: string;
  /** YYYY-MM-DD; what came before it counts */
  asOf: string;
  part: number;
  of: number;
}

export interface SnapshotDeps {
  store: ObjectStore;
  /** the members of one part of the table */
  members(part: number, of: number): AsyncIterable<ScannedMember>;
  /** what was written on some days */
  texts(days: readonly FeedbackDay[]): Promise<FeedbackText[]>;
}

const PARQUET = 'application/vnd.apache.parquet';

/**
 * Writes one part of a run's snapshot: features, training rows, ties and sums. Each file is written whole under a fixed
 * key, so doing it again changes nothing but what has been counted since.
 * @returns how many members it holds, and how many were left out because an item of theirs is damaged
 * @throws StoreError
 */
export async function takeSnapshot(
  { store, members, texts }: SnapshotDeps,
  { runId, asOf, part, of }: SnapshotTask,
): Promise<{ members: number; damaged: number }> {
  const builder = snapshotBuilder(runId, asOf);
  for await (const { userId, items } of members(part, of)) builder.add(userId, items);
  const { snapshot, training, ties, sums, feedbackDays, candidates } = builder.finish();
  sums.texts = newestTexts(await texts(feedbackDays));
  await Promise.all([
    store.put(partitionKey(runId, 'snapshot', part), snapshot, PARQUET),
    store.put(partitionKey(runId, 'training', part), training, PARQUET),
    store.put(partitionKey(runId, 'ties', part), ties, PARQUET),
    writeCandidates(store, runId, part, candidates),
  ]);
  // Last: who finds the sums finds the rest.
  await store.put(partitionKey(runId, 'sums', part), JSON.stringify(sums), 'application/json');
  return { members: sums.members, damaged: sums.damaged };
}
