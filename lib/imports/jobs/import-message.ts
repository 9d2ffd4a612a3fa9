import { createHash } from 'node:crypto';
import { isObject } from '#lib/events/parse-call.ts';

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
