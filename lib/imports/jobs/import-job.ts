import type { EventWriter } from '#lib/events/events-table.ts';
import type { Mapping } from '#lib/imports/mapping/schema.ts';
import type { ImportFiles } from './import-files-bucket.ts';
import type { ImportMessage } from './import-message.ts';
import { type ImportRecord, queuedImport } from './import-record.ts';
import type { ImportRuns } from './import-run-table.ts';
import { type ImportRunDeps, type Progress, runImport } from './run-import.ts';

const WRITE_BUDGET_MS = 60_000;
const MAX_ATTEMPTS = 3;
// Every checkpoint renews the lease; a run without one for this long has died.
const LEASE_MS = 60_000;

export interface ImportJobDeps {
  runs: ImportRuns;
  filesOf: (record: ImportRecord) => ImportFiles;
  /**
   * the mapping of a source, with its name and version; undefined when it has none
   * @param name the one that an earlier run used: a new version must not come in half-way through a file
   */
  mappingOf: (source: string, name?: string) => Promise<{ name: string; mapping: Mapping } | undefined>;
  events: EventWriter;
  /** how many of these events come too late for their day */
  lateAmong: ImportRunDeps['lateAmong'];
  handOver: (importId: string) => Promise<void>;
  isOutOfTime: () => boolean;
  /** milliseconds since 1970 */
  now: () => number;
  timeZone: string;
  retentionDays: number;
}

/**
 * Does what a message of the imports queue asks for. Repeating it, or doing it twice at once, changes no sum: the
 * record is only ever moved forward by the run that saw its last state.
 * @param attempt how often this message has come, from 1; the third is the last
 * @throws what went wrong, when it may go better the next time; the record has it too
 */
export async function handleImportMessage(
  message: ImportMessage,
  attempt: number,
  deps: ImportJobDeps,
): Promise<void> {
  const found =
    message.kind === 'object'
      ? await deps.runs.create(queuedImport(message, deps.now()))
      : await deps.runs.find(message.importId);
  if (found === undefined || found.state === 'done' || found.state === 'failed') return;
  // An upload announces itself before its size is known; what S3 says of it is right.
  const size = message.kind === 'object' ? message.size : found.size;
  const now = deps.now();
  const begun = await deps.runs.replace(
    {
      ...found,
      size,
      state: 'running',
      attempts: attempt,
      updatedAt: now,
      leaseUntil: now + LEASE_MS,
    },
    found,
  );
  if (begun !== undefined) await runJob(begun, deps);
}

async function runJob(begun: ImportRecord, deps: ImportJobDeps): Promise<void> {
  const startedAt = deps.now();
  let record = begun;
  /** Moves the record on; false when another run has. */
  const advance = async (change: Partial<ImportRecord>): Promise<boolean> => {
    const now = deps.now();
    const next: ImportRecord = {
      ...record,
      activeMs: begun.activeMs + now - startedAt,
      updatedAt: now,
      leaseUntil: now + LEASE_MS,
      ...change,
    };
    const replaced = await deps.runs.replace(next, record);
    if (replaced === undefined) return false;
    record = replaced;
    return true;
  };
  const files = deps.filesOf(begun);
  try {
    const used = await deps.mappingOf(begun.source, begun.mapping);
    if (used !== undefined && used.name !== begun.mapping) await advance({ mapping: used.name });
    const ports: ImportRunDeps = {
      open: files.open,
      lateAmong: deps.lateAmong,
      write: (events) => deps.events.put(events, WRITE_BUDGET_MS),
      saveRejected: files.saveRejected,
      // What went wrong before has been overcome.
      checkpoint: (progress) => advance({ ...progress, error: undefined }),
      isOutOfTime: deps.isOutOfTime,
    };
    const result = await runImport(buildTask(begun, used?.mapping, deps), ports);
    if (result.end === 'handover') await deps.handOver(begun.importId);
    if (result.end !== 'done' && result.end !== 'failed') return;
    await files.mergeRejected();
    const error = result.end === 'failed' ? { error: result.error } : {};
    await advance({ state: result.end, leaseUntil: 0, ...error });
  } catch (error) {
    const isLast = begun.attempts >= MAX_ATTEMPTS;
    // What was refused until then can be looked at even so, if the bucket answers.
    if (isLast) await files.mergeRejected().catch(() => {});
    const message = error instanceof Error ? error.message : String(error);
    await advance({ error: message, ...(isLast ? { state: 'failed', leaseUntil: 0 } : {}) });
    throw error;
  }
}

function buildTask(record: ImportRecord, mapping: Mapping | undefined, deps: ImportJobDeps) {
  // The time the import was announced, not the clock's: a run that is repeated writes the very same items.
  const receivedAt = record.createdAt;
  return {
    source: record.source,
    filename: record.filename,
    mapping,
    timeZone: deps.timeZone,
    reception: {
      receivedAt,
      receivedIso: new Date(receivedAt).toISOString(),
      expiresAt: Math.floor(receivedAt / 1000) + deps.retentionDays * 86_400,
      randomId: () => {
        throw new Error('a row always has an id');
      },
    },
    from: {
      sums: record.sums,
      events: record.events,
      late: record.late,
      bytesRead: record.bytesRead,
    } satisfies Progress,
  };
}
