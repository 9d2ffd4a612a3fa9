import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { EventWriter } from '#lib/events/events-table.ts';
import type { Mapping } from '#lib/imports/mapping/schema.ts';
import { isObject } from '#lib/platform/json.ts';
import type { ImportFiles } from './import-files-bucket.ts';
import { type ImportRecord, queuedImport } from './import-record.ts';
import type { ImportsQueue } from './imports-queue.ts';
import type { ImportRuns } from './imports-table.ts';
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
    const runDeps: ImportRunDeps = {
      open: files.open,
      lateAmong: deps.lateAmong,
      write: (events) => deps.events.put(events, WRITE_BUDGET_MS),
      saveRejected: files.saveRejected,
      // What went wrong before has been overcome.
      checkpoint: (progress) => advance({ ...progress, error: undefined }),
      isOutOfTime: deps.isOutOfTime,
    };
    const result = await runImport(buildTask(begun, used?.mapping, deps), runDeps);
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

const IMPORT_KEY = /^imports\/([a-z0-9][a-z0-9-]{0,62})\/(.+)$/s;
const UPLOADED_KEY = /^(imp_[0-9A-Za-z]+)\/([^/]+)$/;

/** What a queue message asks for: to go on with a known import, or to import an object. */
export type ImportMessage =
  | { kind: 'continue'; importId: string }
  | { kind: 'object'; importId: string; source: string; key: string; filename: string; size: number };

/**
 * Reads a message of the imports queue: S3's notification of new objects, or our own that hands an import over.
 * S3 delivers at least once; the same object always gives the same import id.
 * @returns nothing for S3's test message and for objects that are not to be imported
 * @throws SyntaxError when it is neither
 */
export function parseImportMessage(body: string): ImportMessage[] {
  const json: unknown = JSON.parse(body);
  if (!isObject(json)) throw new SyntaxError('imports queue: the message is no JSON object');
  if (typeof json['importId'] === 'string') return [{ kind: 'continue', importId: json['importId'] }];
  if (json['Event'] === 's3:TestEvent') return [];
  if (!Array.isArray(json['Records']))
    throw new SyntaxError('imports queue: the message is no S3 notification');
  return json['Records'].flatMap((record: unknown) => parseObject(record) ?? []);
}

function parseObject(record: unknown): ImportMessage | undefined {
  const { object } = ((record as { s3?: unknown } | null)?.s3 ?? {}) as {
    object?: { key?: string; size?: number; eTag?: string; versionId?: string };
  };
  // S3 encodes keys as in a form: a blank is a plus sign.
  const key = decodeURIComponent((object?.key ?? '').replaceAll('+', ' '));
  const [, source, rest] = IMPORT_KEY.exec(key) ?? [];
  if (object === undefined || source === undefined || rest === undefined || rest.endsWith('/'))
    return undefined;
  const uploaded = UPLOADED_KEY.exec(rest);
  return {
    kind: 'object',
    importId: uploaded?.[1] ?? droppedImportId(key, object.versionId ?? object.eTag ?? ''),
    source,
    key,
    filename: uploaded?.[2] ?? rest.slice(rest.lastIndexOf('/') + 1),
    size: object.size ?? 0,
  };
}

/** The import id of an object that somebody put into the bucket by hand; another version of it is another import. */
function droppedImportId(key: string, version: string): string {
  return `imp_${createHash('sha256').update(`${key}\n${version}`).digest('hex').slice(0, 24)}`;
}

/**
 * Handles a batch of the imports queue; a message that fails comes again, alone.
 * @param onFailure called with every failure, and of which import unless the message itself could not be read
 */
export async function handleImportBatch(
  { Records }: SQSEvent,
  queue: ImportsQueue,
  deps: ImportJobDeps,
  onFailure: (error: unknown, importId?: string) => void,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body, receiptHandle, attributes } of Records) {
    let importId: string | undefined;
    try {
      const messages = parseImportMessage(body);
      importId = messages[0]?.importId;
      await queue.withHeartbeat(receiptHandle, async () => {
        const attempt = Number(attributes.ApproximateReceiveCount);
        for (const message of messages) {
          importId = message.importId;
          await handleImportMessage(message, attempt, deps);
        }
      });
    } catch (error) {
      onFailure(error, importId);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
