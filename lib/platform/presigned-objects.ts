import { type Env, required } from '#lib/platform/env.ts';
import type { ObjectStore, StoredObject } from '#lib/platform/object-store.ts';
import { bucketUrl, encodeRfc3986, lambdaCredentials, presignedUrl } from '#lib/platform/presigned-url.ts';
import { askS3, readXmlTag, toS3Error } from '#lib/platform/s3-http.ts';

const VALID_SECONDS = 60;
const TIMEOUT_MS = 5_000;

/**
 * The objects of the bucket that `DATA_BUCKET` names, without S3's client, which is as large as the rest of the API.
 * @param now milliseconds since 1970
 * @param timeoutMs how long one request may take, the body included
 * @throws Error naming the variable when it is not set
 */
export function presignedObjects(env: Env, now: () => number, timeoutMs = TIMEOUT_MS): ObjectStore {
  const region = required(env, 'AWS_REGION');
  const base = bucketUrl(required(env, 'DATA_BUCKET'), region, env['S3_ENDPOINT']);
  const signed = (method: 'GET' | 'PUT', key: string): string => {
    const url = new URL(`${base}/${key.split('/').map(encodeRfc3986).join('/')}`);
    return presignedUrl(
      { method, url, expiresSeconds: VALID_SECONDS },
      region,
      lambdaCredentials(env),
      now(),
    );
  };

  async function get(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined>;
  async function get(key: string): Promise<StoredObject | undefined>;
  async function get(key: string, etag?: string): Promise<StoredObject | 'unchanged' | undefined> {
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
    const answer = await askS3(`get ${key}`, signed('GET', key), { headers }, timeoutMs);
    if (answer.status === 304 && etag !== undefined) return 'unchanged';
    if (answer.status === 200) return { body: answer.body, etag: answer.etag };
    if (answer.status === 404 && readXmlTag(answer, 'Code') === 'NoSuchKey') return undefined;
    throw toS3Error(`get ${key}`, answer);
  }

  return {
    get,
    async put(key, body, contentType = 'application/octet-stream') {
      const init = {
        method: 'PUT',
        body: typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
        headers: { 'content-type': contentType },
      };
      const answer = await askS3(`put ${key}`, signed('PUT', key), init as RequestInit, timeoutMs);
      if (answer.status !== 200) throw toS3Error(`put ${key}`, answer);
    },
  };
}
