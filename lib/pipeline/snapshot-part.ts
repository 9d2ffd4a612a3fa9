import { type AuditCandidates, candidateChooser } from '#lib/audit/candidates.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { Item } from '#lib/events/stored-event.ts';
import type { MemberDays } from '#lib/features/features.ts';
import { memberCounter } from '#lib/reports/member-counter.ts';
import { TEXT_DAYS } from '#lib/reports/newest-texts.ts';
import { type CommunitySums, noMembers } from '#lib/reports/sums.ts';
import { type FeedbackDay, newestDays } from './feedback-days.ts';
import { parquetFile } from './parquet/parquet-writer.ts';
import {
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  TIE_COLUMNS,
  type TieRow,
  TRAINING_COLUMNS,
  type TrainingRow,
} from './parquet/schemas.ts';
import { type ReadMember, readMember } from './parse-member.ts';
import { memberRows } from './snapshot-rows.ts';

/** What a part's members come to: three Parquet files, the sums, and the newest days on which somebody gave feedback. */
export interface SnapshotPart {
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
  finish(): SnapshotPart;
}

/** @param asOf YYYY-MM-DD; what came before it counts */
export function snapshotBuilder(runId: string, asOf: string): SnapshotBuilder {
  const snapshot = parquetFile<SnapshotRow>(SNAPSHOT_COLUMNS);
  const training = parquetFile<TrainingRow>(TRAINING_COLUMNS);
  const ties = parquetFile<TieRow>(TIE_COLUMNS);
  const sums = noMembers(asOf);
  const count = memberCounter(sums);
  const rowsOf = memberRows(asOf);
  const feedback = newestDays();
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
      const member = readable(items, lastMonth);
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

function readable(items: readonly Item[], lastMonth: string): ReadMember | undefined {
  try {
    return readMember(items, lastMonth);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
