import { type Env, required } from '#lib/platform/env.ts';
import {
  bucketUrl,
  lambdaCredentials,
  type PresignRequest,
  presignedUrl,
} from '#lib/platform/presigned-url.ts';
import { askS3, readXmlTag, toS3Error } from '#lib/platform/s3-http.ts';
import { rejectedKey } from './row-outcome.ts';

import type { PartRange } from './upload-plan.ts';

const VALID_SECONDS = 3_600;
const TIMEOUT_MS = 10_000;
/** S3 takes its time for many parts; API Gateway waits for 30 s. */
const ASSEMBLE_TIMEOUT_MS = 25_000;

/** A part that no upload has: only up to a thousand are made. */
const NO_PART = { partNumber: 10_000, etag: '00000000000000000000000000000000' };

/** S3's answer when a file in parts is to be put together. */
export type Assembly =
  | 'done'
  /** the upload is finished already, or was given up */
  | 'gone'
  /** a part is missing, is another one, or too small */
  | 'wrong_parts';

const ASSEMBLY_ERRORS: Readonly<Record<string, Assembly>> = {
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
 * The bucket of files to import, as those use it who let others upload. Addresses are presigned: they work without any
 * key for at most an hour, and no longer than the credentials that signed them, and take exactly as many bytes as were
 * announced.
 */
export interface Uploads {
  /** the address to PUT a file at that comes in one piece */
  putUrl(key: string, size: number): string;
  /** begins an upload in parts; @returns its id. @throws StoreError */
  beginParts(key: string): Promise<string>;
  /** the address to PUT a part at */
  partUrl(key: string, uploadId: string, part: PartRange): string;
  /** whether parts may still come. @throws StoreError */
  isOpen(key: string, uploadId: string): Promise<boolean>;
  /** whether the file is there. @throws StoreError */
  hasArrived(key: string): Promise<boolean>;
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
    method: PresignRequest['method'],
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

  async function assemble(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
    timeoutMs = ASSEMBLE_TIMEOUT_MS,
  ): Promise<Assembly> {
    const what = 'put an upload together';
    const list = parts
      .toSorted((a, b) => a.partNumber - b.partNumber)
      .map(({ partNumber, etag }) => {
        const number = `<PartNumber>${partNumber}</PartNumber>`;
        return `<Part>${number}<ETag>${etag.replace(/[^\w+/=-]/g, '')}</ETag></Part>`;
      });
    const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`;
    const url = signed('POST', key, { uploadId });
    const answer = await askS3(what, url, { method: 'POST', body }, timeoutMs);
    // A failure can come with status 200 here: S3 answers before it knows.
    if (answer.status === 200 && readXmlTag(answer, 'Code') === undefined) return 'done';
    const assembly = ASSEMBLY_ERRORS[readXmlTag(answer, 'Code') ?? ''];
    if (assembly === undefined) throw toS3Error(what, answer);
    return assembly;
  }

  return {
    putUrl: (key, size) => signed('PUT', key, {}, size),

    async beginParts(key) {
      const what = 'begin an upload in parts';
      const url = signed('POST', key, { uploads: '' });
      const answer = await askS3(what, url, { method: 'POST', body: '' }, TIMEOUT_MS);
      const uploadId = readXmlTag(answer, 'UploadId');
      if (uploadId === undefined) throw toS3Error(what, answer);
      return uploadId;
    },

    partUrl: (key, uploadId, { partNumber, from, to }) =>
      signed('PUT', key, { partNumber: String(partNumber), uploadId }, to - from),

    // Listing its parts would need a right of its own; S3 refuses a part that cannot be and leaves the upload as it is.
    isOpen: async (key, uploadId) => (await assemble(key, uploadId, [NO_PART], TIMEOUT_MS)) === 'wrong_parts',

    async hasArrived(key) {
      // Not a HEAD of the object: the right to do that is the right to read it.
      const what = 'look for an uploaded file';
      const url = signed('GET', '', { 'list-type': '2', prefix: key, 'max-keys': '1' });
      const answer = await askS3(what, url, {}, TIMEOUT_MS);
      const found = readXmlTag(answer, 'KeyCount');
      if (found === undefined) throw toS3Error(what, answer);
      return found !== '0';
    },

    assemble,

    rejectedUrl: (importId) =>
      signed('GET', rejectedKey(importId), {
        'response-content-disposition': `attachment; filename="${importId}-refused.ndjson"`,
        'response-content-type': 'application/x-ndjson',
      }),
  };
}
