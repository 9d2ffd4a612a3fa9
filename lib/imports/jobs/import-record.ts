import type { Item } from '#lib/events/stored-event.ts';
import type { RejectedLine, RowOutcome } from './row-outcome.ts';

export type ImportState = 'queued' | 'running' | 'done' | 'failed';

/** One import as the control table holds it. Times are milliseconds since 1970. */
export interface ImportRecord {
  importId: string;
  source: string;
  /** of the object in the imports bucket */
  key: string;
  /** as its owner called it */
  filename: string;
  /** bytes */
  size: number;
  state: ImportState;
  createdAt: number;
  updatedAt: number;
  sums: Sums;
  /** events stored; a line can give several */
  events: number;
  /** of them, those that came too late for their day: stored, and they change no count */
  late: number;
  bytesRead: number;
  /** how long functions were at it */
  activeMs: number;
  /** how often the message that began it had come by then */
  attempts: number;
  /** lease expiry: a running import renews it at every checkpoint */
  leaseUntil: number;
  /** one more with every change; a run that saw another one has been overtaken */
  revision: number;
  /** the mapping used, as `moodle@3` or `moodle@ready` */
  mapping?: string;
  error?: string | undefined;
}

const NUMBERS = [
  'size',
  'createdAt',
  'updatedAt',
  'events',
  'late',
  'bytesRead',
  'activeMs',
  'attempts',
  'leaseUntil',
  'revision',
] as const;
const OPTIONAL_TEXT = ['mapping', 'error'] as const;

/** A record of an import that nobody has begun yet. */
export function queuedImport(
  about: Pick<ImportRecord, 'importId' | 'source' | 'key' | 'filename' | 'size'>,
  now: number,
): ImportRecord {
  return {
    ...about,
    state: 'queued',
    createdAt: now,
    updatedAt: now,
    sums: NO_SUMS,
    events: 0,
    late: 0,
    bytesRead: 0,
    activeMs: 0,
    attempts: 0,
    leaseUntil: 0,
    revision: 0,
  };
}

/** The key of an import in the control table. */
export const importKey = (importId: string): Item => ({ pk: { S: 'import' }, sk: { S: importId } });

export function toImportItem(record: ImportRecord): Item {
  const item: Item = {
    ...importKey(record.importId),
    source: { S: record.source },
    key: { S: record.key },
    filename: { S: record.filename },
    state: { S: record.state },
    sums: { S: JSON.stringify(record.sums) },
  };
  for (const name of NUMBERS) item[name] = { N: String(record[name]) };
  for (const name of OPTIONAL_TEXT) if (record[name] !== undefined) item[name] = { S: record[name] };
  return item;
}

/** @throws SyntaxError when the item is corrupt */
export function parseImportItem(item: Item): ImportRecord {
  const record = {
    importId: item['sk']?.S ?? '',
    source: item['source']?.S ?? '',
    key: item['key']?.S ?? '',
    filename: item['filename']?.S ?? '',
    state: (item['state']?.S ?? 'failed') as ImportState,
    sums: JSON.parse(item['sums']?.S ?? JSON.stringify(NO_SUMS)) as Sums,
  } as ImportRecord;
  for (const name of NUMBERS) record[name] = Number(item[name]?.N ?? 0);
  for (const name of OPTIONAL_TEXT) {
    const text = item[name]?.S;
    if (text !== undefined) record[name] = text;
  }
  return record;
}

const LINES_JUDGED = 1_000;
const FIRST_REFUSALS = 20;

/**
 * What has become of a file's lines so far; always `lines = accepted + dropped + refused`. Records and the API call
 * rejected lines refused.
 */
export interface Sums {
  /** rows, each counted once however many lines or calls it has; header and blank lines are no rows */
  lines: number;
  accepted: number;
  dropped: number;
  refused: number;
  /** of the first 1,000 lines, those refused */
  refusedAtFirst: number;
  firstRefusals: RejectedLine[];
}

export const NO_SUMS: Readonly<Sums> = {
  lines: 0,
  accepted: 0,
  dropped: 0,
  refused: 0,
  refusedAtFirst: 0,
  firstRefusals: [],
};

/** Counts outcomes; `sums` can be stored and counting go on from it later. */
interface ImportTally {
  add(outcome: Pick<RowOutcome, 'outcome' | 'rejected'>): void;
  sums(): Sums;
  /** why the import must stop: more than half of the first 1,000 lines were refused; undefined if it may go on */
  stopReason(): string | undefined;
}

/** @param start what was counted before, when an import is taken up again */
export function importTally(start: Readonly<Sums> = NO_SUMS): ImportTally {
  const counted: Sums = { ...start, firstRefusals: [...start.firstRefusals] };
  return {
    add({ outcome, rejected }) {
      counted.lines += 1;
      counted[outcome === 'rejected' ? 'refused' : outcome] += 1;
      if (outcome === 'rejected' && counted.lines <= LINES_JUDGED) counted.refusedAtFirst += 1;
      for (const line of rejected) {
        if (counted.firstRefusals.length < FIRST_REFUSALS) counted.firstRefusals.push(line);
      }
    },
    sums: () => ({ ...counted, firstRefusals: [...counted.firstRefusals] }),
    stopReason() {
      if (counted.lines < LINES_JUDGED || counted.refusedAtFirst * 2 <= LINES_JUDGED) return undefined;
      const [first] = counted.firstRefusals;
      const example = first === undefined ? '' : `, e.g. line ${first.line}: ${first.message}`;
      return (
        `stopped: ${counted.refusedAtFirst} of the first ${LINES_JUDGED} lines were refused, so the file is not what its ` +
        `mapping says${example}`
      );
    },
  };
}

/** A cursor into the list of all imports, newest first. */
export interface ListCursor {
  /** milliseconds since 1970 */
  createdAt: number;
  importId: string;
}

/** The first so many of a list, newest first, that come after a cursor. */
export function newestAfter<T extends ListCursor>(all: readonly T[], limit: number, after?: ListCursor): T[] {
  return all
    .filter((one) => after === undefined || byNewest(after, one) < 0)
    .sort(byNewest)
    .slice(0, limit);
}

const byNewest = (a: ListCursor, b: ListCursor): number =>
  b.createdAt - a.createdAt || (a.importId < b.importId ? 1 : a.importId > b.importId ? -1 : 0);
