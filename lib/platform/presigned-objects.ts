import { type Env, required } from '#lib/platform/env.ts';
import { StoreError, toStoreError } from '#lib/platform/errors.ts';
import type { ObjectStore, StoredObject } from '#lib/platform/object-store.ts';
import { bucketUrl, lambdaCredentials, presignedUrl } from '#lib/platform/presigned-url.ts';

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
    const url = new URL(`${base}/${key.split('/').map(encoded).join('/')}`);
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
    const answer = await ask(`get ${key}`, signed('GET', key), { headers }, timeoutMs);
    if (answer.status === 304 && etag !== undefined) return 'unchanged';
    if (answer.status === 200) return { body: answer.body, etag: answer.etag };
    if (answer.status === 404 && parseErrorCode(answer) === 'NoSuchKey') return undefined;
    throw refused(`get ${key}`, answer);
  }

  return {
    get,
    async put(key, body, contentType = 'application/octet-stream') {
      const init = {
        method: 'PUT',
        body: typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
        headers: { 'content-type': contentType },
      };
      const answer = await ask(`put ${key}`, signed('PUT', key), init as RequestInit, timeoutMs);
      if (answer.status !== 200) throw refused(`put ${key}`, answer);
    },
  };
}

interface Answer {
  status: number;
  etag: string;
  body: Uint8Array;
}

async function ask(what: string, url: string, init: RequestInit, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const body = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, etag: response.headers.get('etag') ?? '', body };
  } catch (cause) {
    // `fetch` reports a broken connection like a bug of its caller: with a TypeError.
    throw new StoreError(what, { retriable: true, cause });
  }
}

const parseErrorCode = ({ body }: Answer): string | undefined =>
  /<Code>([^<]+)<\/Code>/.exec(Buffer.from(body).toString('utf8'))?.[1];

function refused(what: string, answer: Answer): StoreError {
  const name = parseErrorCode(answer) ?? `HTTP ${answer.status}`;
  const $metadata = { httpStatusCode: answer.status };
  return toStoreError(
    what,
    Object.assign(new Error(`S3 answered ${answer.status} ${name}`), { name, $metadata }),
  );
}

/** A key's segment as the signature spells it: RFC 3986, in which `=` is not left alone. */
const encoded = (segment: string): string =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
