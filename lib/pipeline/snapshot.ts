import { writeCandidates } from '#lib/audit/audit.ts';
import { type AuditCandidates, candidateChooser } from '#lib/audit/candidates.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { type MemberDays, type OwnFeatures, ownFeatures } from '#lib/features/features.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { memberCounter } from '#lib/reports/member-counter.ts';
import type { FeedbackText } from '#lib/reports/parts.ts';
import { type CommunitySums, emptySums, newestTexts, TEXT_DAYS } from '#lib/reports/sums.ts';
import { type FeedbackDay, newestFeedbackDays } from './feedback.ts';
import type { ScannedMember } from './members-table.ts';
import { parquetFileWriter } from './parquet/parquet-writer.ts';
import {
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  TIE_COLUMNS,
  type TieRow,
  TRAINING_COLUMNS,
  type TrainingRow,
} from './parquet/schemas.ts';
import { type ParsedMember, parseMember } from './parse-member.ts';
import { partitionKey } from './run-files.ts';

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
 * @returns how many members it holds, and how many were left out because an item of theirs is corrupt
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

/** What a part's members come to: three Parquet files, the sums, and the newest days on which somebody gave feedback. */
interface SnapshotPartition {
  snapshot: Uint8Array;
  training: Uint8Array;
  ties: Uint8Array;
  sums: CommunitySums;
  feedbackDays: FeedbackDay[];
  /** members whose counts the night compares with the log */
  candidates: AuditCandidates;
}

/** Takes one member after the other; memory holds the compressed rows and one group of rows on its way there. */
interface SnapshotBuilder {
  /** A member with a corrupt item is only counted as such. @param items in the order of their sort keys */
  add(userId: string, items: readonly Item[]): void;
  finish(): SnapshotPartition;
}

/** @param asOf YYYY-MM-DD; what came before it counts */
function snapshotBuilder(runId: string, asOf: string): SnapshotBuilder {
  const snapshot = parquetFileWriter<SnapshotRow>(SNAPSHOT_COLUMNS);
  const training = parquetFileWriter<TrainingRow>(TRAINING_COLUMNS);
  const ties = parquetFileWriter<TieRow>(TIE_COLUMNS);
  const sums = emptySums(asOf);
  const count = memberCounter(sums);
  const computeRows = memberRows(asOf);
  const feedback = newestFeedbackDays();
  const candidates = candidateChooser(runId);
  const feedbackFrom = addDays(asOf, -TEXT_DAYS);
  const lastMonth = asOf.slice(0, 'YYYY-MM'.length);

  const noteFeedback = (userId: string, days: MemberDays): void => {
    for (const { date, amounts } of days) {
      if (date < feedbackFrom || date >= asOf || !((amounts['feedback'] ?? 0) > 0)) continue;
      feedback.add({ userId, date });
    }
  };

  return {
    add(userId, items) {
      const member = parseOrSkip(items, lastMonth);
      if (member === undefined) {
        sums.damaged += 1;
        candidates.addCorrupt(userId);
        return;
      }
      const rows = computeRows(userId, member);
      count(member.days, rows?.snapshot.interactions30 ?? 0);
      candidates.add(userId, rows?.snapshot.interactions30 ?? 0);
      sums.late += member.late;
      if (rows === undefined) return;
      snapshot.add(rows.snapshot);
      if (rows.training !== undefined) training.add(rows.training);
      for (const [target, weight] of member.ties) ties.add({ source: userId, target, weight });
      noteFeedback(userId, member.days);
    },

    finish: () => ({
      snapshot: snapshot.finish(),
      training: training.finish(),
      ties: ties.finish(),
      sums,
      feedbackDays: feedback.days(),
      candidates: candidates.finish(),
    }),
  };
}

function parseOrSkip(items: readonly Item[], lastMonth: string): ParsedMember | undefined {
  try {
    return parseMember(items, lastMonth);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const HELP_DAYS = 7;
const OUTCOME_DAYS = 30;

/** A member's rows: as of the run's date, and, who was a member by then, as of 30 days before with what followed. */
interface MemberRows {
  snapshot: SnapshotRow;
  training: TrainingRow | undefined;
}

/**
 * A function that makes the rows of one member after the other.
 * @param asOf YYYY-MM-DD; what came before it counts
 * @returns answers undefined for who had done nothing by then
 */
function memberRows(
  asOf: string,
): (userId: string, member: Pick<ParsedMember, 'name' | 'traits' | 'days'>) => MemberRows | undefined {
  const then = addDays(asOf, -OUTCOME_DAYS);
  const [through, throughThen] = [addDays(asOf, -1), addDays(then, -1)];
  const helpsFrom = addDays(asOf, -HELP_DAYS);
  return (userId, { name, traits, days }) => {
    const own = ownFeatures(days, asOf, through);
    if (own === undefined) return undefined;
    const earlier = ownFeatures(days, then, throughThen);
    return {
      snapshot: {
        userId,
        name,
        traits,
        ...own,
        interactionsBefore30: earlier?.interactions30 ?? 0,
        helps7: helpsBetween(days, helpsFrom, through),
      },
      training: earlier && { userId, ...earlier, ...computeOutcome(own) },
    };
  };
}

/** What the 30 days after the training features brought is what the features of now say of the last 30 days. */
const computeOutcome = ({
  payment30,
  activeDays30,
}: OwnFeatures): Pick<TrainingRow, 'paymentNext30' | 'activeNext30'> => ({
  paymentNext30: payment30,
  activeNext30: activeDays30 > 0 ? 1 : 0,
});

function helpsBetween(days: MemberDays, from: string, through: string): number {
  let helps = 0;
  for (let i = days.length - 1; i >= 0; i -= 1) {
    const { date, amounts } = days[i]!;
    if (date < from) break;
    if (date <= through) helps += (amounts['reply'] ?? 0) + (amounts['accept'] ?? 0);
  }
  return helps;
}
