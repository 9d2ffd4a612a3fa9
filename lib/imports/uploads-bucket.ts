import { type Env, required } from '#lib/platform/env.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { presignedUrl, type ToPresign } from '#lib/platform/presigned-url.ts';
import { bucketUrl, lambdaCredentials } from '#lib/platform/s3-address.ts';
import { storeError } from '#lib/platform/store-error.ts';
import type { PartRange } from './upload-plan.ts';

const VALID_SECONDS = 3_600;
const BEGIN_TIMEOUT_MS = 10_000;
/** S3 takes its time for many parts; API Gateway waits for 30 s. */
const ASSEMBLE_TIMEOUT_MS = 25_000;

/** S3's answer when a file in parts is to be put together. */
export type Assembly =
  | 'done'
  /** the upload is finished already, or was given up */
  | 'gone'
  /** a part is missing, is another one, or too small */
  | 'wrong_parts';

const REFUSALS: Readonly<Record<string, Assembly>> = {
  NoSuchUpload: 'gone',
  InvalidPart: 'wrong_parts',
  InvalidPartOrder: 'wrong_parts',
  EntityTooSmall: 'wrong_parts',
};

export interface UploadedPart {
  partNumber: number;
  /** as S3 answered it, with or without quotes */
  etag: string;
}

/**
 * The bucket of files to import, as those use it who let others upload. Addresses are presigned: they work for an hour
 * without any key, and take exactly as many bytes as were announced.
 */
export interface Uploads {
  /** the address to PUT a file at that comes in one piece */
  putUrl(key: string, size: number): string;
  /** begins an upload in parts: its id, and the address to PUT each part at. @throws StoreError */
  beginParts(key: string, parts: readonly PartRange[]): Promise<{ uploadId: string; urls: string[] }>;
  /** makes one file of all parts. @throws StoreError */
  assemble(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<Assembly>;
  /** the address to GET an import's refused lines from */
  rejectedUrl(importId: string): string;
}

/**
 * The uploads of the bucket that `IMPORTS_BUCKET` names (`S3_ENDPOINT`: another engine than AWS's own).
 * @param now milliseconds since 1970
 * @throws Error naming the variable when it is not set
 */
export function uploadsBucket(env: Env, now: () => number): Uploads {
  const bucket = required(env, 'IMPORTS_BUCKET');
  const region = required(env, 'AWS_REGION');
  const base = bucketUrl(bucket, region, env['S3_ENDPOINT']);
  const signed = (
    method: ToPresign['method'],
    key: string,
    query: Record<string, string> = {},
    size?: number,
  ): string => {
    const url = new URL(`${base}/${key}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = size === undefined ? {} : { 'content-length': String(size) };
    return presignedUrl(
      { method, url, headers, expiresSeconds: VALID_SECONDS },
      region,
      lambdaCredentials(env),
      now(),
    );
  };

  return {
    putUrl: (key, size) => signed('PUT', key, {}, size),

    async beginParts(key, parts) {
      const what = 'begin an upload in parts';
      const answer = await post(what, signed('POST', key, { uploads: '' }), '', BEGIN_TIMEOUT_MS);
      const uploadId = tag(answer, 'UploadId');
      if (uploadId === undefined) throw refused(what, answer);
      const urls = parts.map(({ partNumber, from, to }) =>
        signed('PUT', key, { partNumber: String(partNumber), uploadId }, to - from),
      );
      return { uploadId, urls };
    },

    async assemble(key, uploadId, parts) {
      const what = 'put an upload together';
      const list = parts
        .toSorted((a, b) => a.partNumber - b.partNumber)
        .map(({ partNumber, etag }) => {
          const number = `<PartNumber>${partNumber}</PartNumber>`;
          return `<Part>${number}<ETag>${etag.replace(/[^\w+/=-]/g, '')}</ETag></Part>`;
        });
      const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`;
      const answer = await post(what, signed('POST', key, { uploadId }), body, ASSEMBLE_TIMEOUT_MS);
      // A failure can come with status 200 here: S3 answers before it knows.
      if (answer.status === 200 && tag(answer, 'Code') === undefined) return 'done';
      const assembly = REFUSALS[tag(answer, 'Code') ?? ''];
      if (assembly === undefined) throw refused(what, answer);
      return assembly;
    },

    rejectedUrl: (importId) =>
      signed('GET', `rejected/${importId}.ndjson`, {
        'response-content-disposition': `attachment; filename="${importId}-refused.ndjson"`,
        'response-content-type': 'application/x-ndjson',
      }),
  };
}

interface Answer {
  status: number;
  text: string;
}

async function post(what: string, url: string, body: string, timeoutMs: number): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', body, signal });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    // `fetch` tells of a broken connection as of a bug of its caller: with a TypeError.
    throw new StoreError(what, { retriable: true, cause });
  }
}

const tag = ({ text }: Answer, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];

function refused(what: string, answer: Answer): StoreError {
  const name = tag(answer, 'Code') ?? `HTTP ${answer.status}`;
  const cause = Object.assign(new Error(tag(answer, 'Message') ?? name), {
    name,
    $metadata: { httpStatusCode: answer.status },
  });
  return storeError(what, cause);
}
