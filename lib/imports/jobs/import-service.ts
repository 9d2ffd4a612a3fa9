import { ApiError } from '#lib/platform/errors.ts';
import { type ImportRecord, type ImportState, type ListCursor, queuedImport } from './import-record.ts';
import type { ImportJobs } from './imports-table.ts';
import type { RejectedLine } from './row-outcome.ts';
import { PART_BYTES, uploadKey } from './upload-plan.ts';
import { renewUpload, type UploadTicket, uploadTicket } from './upload-ticket.ts';
import type { UploadedPart, Uploads } from './uploads-bucket.ts';

/** A file somebody wants to upload. */
interface NewImport {
  source: string;
  filename: string;
  /** bytes, at least 1 */
  size: number;
}

/** Begins imports, completes their uploads, and answers how far they are. All methods throw StoreError. */
export interface ImportService {
  /** makes the import's record and the addresses to upload to */
  create(file: NewImport): Promise<UploadTicket>;
  /**
   * fresh addresses for an upload that is not complete; what is up already need not be sent again
   * @returns undefined when there is no such import
   * @throws ApiError 409 `import_begun`, `upload_complete`, `upload_gone`
   */
  renew(importId: string): Promise<UploadTicket | undefined>;
  /**
   * puts the uploaded parts together, with which the import begins; repeating it does no harm
   * @returns undefined when there is no such import
   * @throws ApiError 400 `parts_invalid`, 409 `upload_gone`
   */
  complete(importId: string, parts: readonly UploadedPart[]): Promise<ImportView | undefined>;
  /** newest first */
  list(page: {
    limit: number;
    after?: ListCursor | undefined;
  }): Promise<{ imports: ImportView[]; next?: ListCursor }>;
  /** undefined when there is no such import */
  find(importId: string): Promise<(ImportView & { rejectedUrl?: string }) | undefined>;
}

interface ImportServiceDeps {
  jobs: ImportJobs;
  uploads: Uploads;
  /** milliseconds since 1970 */
  now: () => number;
  randomBytes: (size: number) => Uint8Array;
}

const ID_BYTES = 12;

export function importService({ jobs, uploads, now, randomBytes }: ImportServiceDeps): ImportService {
  return {
    async create({ source, filename, size }) {
      const importId = `imp_${Buffer.from(randomBytes(ID_BYTES)).toString('hex')}`;
      const key = uploadKey({ source, importId, filename });
      const record = queuedImport({ importId, source, key, filename, size }, now());
      const uploadId = size > PART_BYTES ? await uploads.beginParts(key) : undefined;
      await jobs.create(record, uploadId);
      return uploadTicket(record, uploadId, uploads);
    },

    async renew(importId) {
      const job = await jobs.find(importId);
      return job && renewUpload(job, uploads);
    },

    async complete(importId, parts) {
      const job = await jobs.find(importId);
      if (job === undefined) return undefined;
      if (job.uploadId !== undefined) {
        const answer = await uploads.assemble(job.record.key, job.uploadId, parts);
        if (answer !== 'done') throw assemblyError(answer);
        await jobs.uploaded(importId);
      }
      return importView(job.record, now());
    },

    async list({ limit, after }) {
      const records = await jobs.newest(limit + 1, after);
      const imports = records.slice(0, limit).map((record) => importView(record, now()));
      const last = records[limit - 1];
      if (records.length <= limit || last === undefined) return { imports };
      return { imports, next: { createdAt: last.createdAt, importId: last.importId } };
    },

    async find(importId) {
      const job = await jobs.find(importId);
      if (job === undefined) return undefined;
      const view = importView(job.record, now());
      return hasRejectedFile(job.record) ? { ...view, rejectedUrl: uploads.rejectedUrl(importId) } : view;
    },
  };
}

/** A line can be accepted and still have something refused: one of the calls it gives. */
const hasRejectedFile = ({ state, sums }: ImportRecord): boolean =>
  (state === 'done' || state === 'failed') && sums.firstRefusals.length > 0;

function assemblyError(answer: 'gone' | 'wrong_parts'): ApiError {
  if (answer === 'gone') {
    return new ApiError(
      409,
      'upload_gone',
      'This upload is finished already, or was given up. GET /v1/imports/{importId} shows which; if it stays queued, begin a new import.',
    );
  }
  return new ApiError(
    400,
    'parts_invalid',
    'These are not the parts as they were uploaded: send every part number with the ETag that its upload answered.',
  );
}

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
