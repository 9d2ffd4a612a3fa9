import type { IngestContext } from '#lib/events/parse-call.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { detectFileFormat, HEAD_BYTES } from '#lib/imports/formats/file-format.ts';
import { readRows } from '#lib/imports/formats/read-rows.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { compileMapping } from '#lib/imports/mapping/map-row.ts';
import { formatHints, type Mapping } from '#lib/imports/mapping/schema.ts';

import { importTally, type Sums } from './import-record.ts';
import { rowIds } from './row-ids.ts';
import { type RejectedLine, rowOutcome } from './row-outcome.ts';

/** Rows between two checkpoints. Chunks always begin at multiples of it, so a chunk done again is the same chunk. */
export const CHUNK_ROWS = 5_000;

/** How far an import has come: everything up to here is stored. */
export interface Progress {
  sums: Sums;
  events: number;
  /** events that came too late for their day: stored, and they change no count */
  late: number;
  bytesRead: number;
}

/** What an import reads, and where it leaves what it makes. */
export interface ImportRunDeps {
  /** the file from its beginning, as it is stored */
  open: () => AsyncIterable<Uint8Array>;
  /** how many of these events come too late for their day */
  lateAmong: (events: readonly StoredEvent[]) => Promise<number>;
  /** resolves when every event is acknowledged */
  write: (events: readonly StoredEvent[]) => Promise<void>;
  /** keeps a chunk's rejected lines; doing it again replaces them */
  saveRejected: (chunk: number, lines: readonly RejectedLine[]) => Promise<void>;
  /** false when another run of the same import has gone on from where this one began */
  checkpoint: (progress: Progress, before: Progress) => Promise<boolean>;
  /** whether the time left is only enough for handing over */
  isOutOfTime: () => boolean;
}

export interface ImportTask {
  source: string;
  filename: string;
  mapping: Mapping | undefined;
  timeZone: string;
  reception: IngestContext;
  /** where an earlier run stopped */
  from: Progress;
}

/** How a run ended: all read, time over, another run is at it, or the file is not to be imported. */
export type RunEnd =
  | { end: 'done' | 'handover' | 'superseded'; progress: Progress }
  | { end: 'failed'; progress: Progress; error: string };

interface Chunk {
  events: Map<string, StoredEvent>;
  rejected: RejectedLine[];
  index: number;
  progress: Progress;
}

/**
 * Imports a file from where an earlier run stopped to its end, or until time is over. It always reads from the
 * beginning: packed files allow nothing else, and the ids of rows without one depend on the rows before them.
 * While a chunk is being written the next one is read.
 */
export async function runImport(task: ImportTask, deps: ImportRunDeps): Promise<RunEnd> {
  let kept = task.from;
  let saving: Promise<boolean> = Promise.resolve(true);
  try {
    const { head, chunks } = await peekHead(deps.open());
    const recognised = detectFileFormat(head, task.filename, formatHints(task.mapping));
    const compiled = compileMapping(task.mapping, recognised, { timeZone: task.timeZone });
    const ids = rowIds(task.source);
    const tally = importTally(task.from.sums);
    let chunk = emptyChunk(task.from);
    let row = 0;

    const save = async (full: Chunk): Promise<boolean> => {
      const events = [...full.events.values()];
      full.progress.late = kept.late + (await deps.lateAmong(events));
      await deps.write(events);
      if (full.rejected.length > 0) await deps.saveRejected(full.index, full.rejected);
      if (!(await deps.checkpoint(full.progress, kept))) return false;
      kept = full.progress;
      return true;
    };

    for await (const { rows, bytesRead } of readRows(chunks, recognised)) {
      for (const one of rows) {
        row += 1;
        const outcome = rowOutcome(one, compiled, ids, task.reception);
        if (row <= task.from.sums.lines) continue;
        tally.add(outcome);
        for (const stored of outcome.events) chunk.events.set(`${stored.userId}\n${stored.sk}`, stored);
        chunk.rejected.push(...outcome.rejected);
        chunk.progress.events += outcome.events.length;
        const stop = tally.stopReason();
        if (stop === undefined && row % CHUNK_ROWS !== 0) continue;

        chunk.progress.sums = tally.sums();
        chunk.progress.bytesRead = bytesRead;
        if (!(await saving)) return { end: 'superseded', progress: kept };
        const full = chunk;
        saving = save(full);
        // A failure is met at the next await; until then it must not count as unhandled.
        saving.catch(() => {});
        chunk = emptyChunk(full.progress, full.index + 1);
        if (stop === undefined && !deps.isOutOfTime()) continue;
        if (!(await saving)) return { end: 'superseded', progress: kept };
        return stop === undefined
          ? { end: 'handover', progress: kept }
          : { end: 'failed', progress: kept, error: stop };
      }
      chunk.progress.bytesRead = bytesRead;
    }
    if (!(await saving)) return { end: 'superseded', progress: kept };
    chunk.progress.sums = tally.sums();
    if (!(await save(chunk))) return { end: 'superseded', progress: kept };
    return { end: 'done', progress: kept };
  } catch (error) {
    // What is being saved still moves the import on; the end must come after it.
    await saving.catch(() => {});
    if (!(error instanceof ImportError)) throw error;
    return { end: 'failed', progress: kept, error: error.message };
  }
}

function emptyChunk(from: Progress, index = Math.floor(from.sums.lines / CHUNK_ROWS)): Chunk {
  return { events: new Map(), rejected: [], index, progress: { ...from } };
}

/** The first 256 KB of a stream, and the whole of it again. */
async function peekHead(
  source: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; chunks: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES; ) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(value);
    bytes += value.byteLength;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* first.splice(0);
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), chunks: all() };
}
