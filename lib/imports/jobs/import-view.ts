import type { ImportRecord, ImportState } from './import-record.ts';
import type { RejectedLine } from './row-outcome.ts';

const MAX_ATTEMPTS = 3;

/** An import as the API answers it. */
export interface ImportView {
  importId: string;
  source: string;
  filename: string;
  /** bytes */
  size: number;
  state: ImportState;
  /** of the file that has been read; 100 only when it is done */
  percent: number;
  lines: number;
  accepted: number;
  dropped: number;
  refused: number;
  events: number;
  /** of them, those that came too late for their day: stored, and they change no count */
  late: number;
  linesPerSecond: number;
  firstRefusals: RejectedLine[];
  /** `<source>@<version>` or `<source>@ready` */
  mapping?: string;
  /** ISO times */
  createdAt: string;
  updatedAt: string;
  error?: string;
}

/**
 * What a record says about its import.
 * @param now milliseconds since 1970
 */
export function importView(record: ImportRecord, now: number): ImportView {
  const { importId, source, filename, size, mapping, sums } = record;
  const { lines, accepted, dropped, refused, firstRefusals } = sums;
  const { state, error } = currentState(record, now);
  return {
    importId,
    source,
    filename,
    size,
    state,
    percent: computePercent(record),
    lines,
    accepted,
    dropped,
    refused,
    events: record.events,
    late: record.late,
    linesPerSecond: record.activeMs === 0 ? 0 : Math.round((lines * 1_000) / record.activeMs),
    firstRefusals,
    ...(mapping !== undefined && { mapping }),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    ...(error !== undefined && { error }),
  };
}

/** A run that dies cannot say so: its record stays at `running`, and nobody is going to take it up a fourth time. */
function currentState(record: ImportRecord, now: number): { state: ImportState; error: string | undefined } {
  const { state, error, attempts, leaseUntil } = record;
  if (state !== 'running' || attempts < MAX_ATTEMPTS || leaseUntil >= now) return { state, error };
  const reason = 'stopped three times without a result';
  return { state: 'failed', error: error === undefined ? reason : `${reason}; the last time: ${error}` };
}

function computePercent({ state, bytesRead, size }: ImportRecord): number {
  if (state === 'done') return 100;
  return size === 0 ? 0 : Math.min(99, Math.floor((bytesRead * 100) / size));
}
