import { type AuditCandidates, candidateChooser } from '#lib/audit/candidates.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { Item } from '#lib/events/stored-event.ts';
import type { MemberDays } from '#lib/features/features.ts';
import { memberCounter } from '#lib/reports/member-counter.ts';
import { TEXT_DAYS } from '#lib/reports/newest-texts.ts';
import { type CommunitySums, emptySums } from '#lib/reports/sums.ts';
import { type FeedbackDay, newestFeedbackDays } from './feedback-days.ts';
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
import { memberRows } from './snapshot-rows.ts';

/** What a part's members come to: three Parquet files, the sums, and the newest days on which somebody gave feedback. */
export interface SnapshotPartition {
  snapshot: Uint8Array;
  training: Uint8Array;
  ties: Uint8Array;
  sums: CommunitySums;
  feedbackDays: FeedbackDay[];
  /** members whose counts the night compares with the log */
  candidates: AuditCandidates;
}

/** Takes one member after the other; memory holds the compressed rows and one group of rows on its way there. */
export interface SnapshotBuilder {
  /** A member with a damaged item is only counted as such. @param items in the order of their sort keys */
  add(userId: string, items: readonly Item[]): void;
  finish(): SnapshotPartition;
}

/** @param asOf YYYY-MM-DD; what came before it counts */
export function snapshotBuilder(runId: string, asOf: string): SnapshotBuilder {
  const snapshot = parquetFileWriter<SnapshotRow>(SNAPSHOT_COLUMNS);
  const training = parquetFileWriter<TrainingRow>(TRAINING_COLUMNS);
  const ties = parquetFileWriter<TieRow>(TIE_COLUMNS);
  const sums = emptySums(asOf);
  const count = memberCounter(sums);
  const rowsOf = memberRows(asOf);
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
        candidates.addDamaged(userId);
        return;
      }
      const rows = rowsOf(userId, member);
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
