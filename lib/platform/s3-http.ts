import { StoreError, toStoreError } from './errors.ts';

/** S3's answer to a request that is signed in its address. */
export interface S3Answer {
  status: number;
  etag: string;
  body: Uint8Array;
}

/**
 * Sends a request to a presigned address and reads all of the answer, whatever its status.
 * @param what the attempt, as a verb phrase
 * @throws StoreError, retriable, when there is no answer in time
 */
export async function askS3(
  what: string,
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<S3Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const body = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, etag: response.headers.get('etag') ?? '', body };
  } catch (cause) {
    // `fetch` reports a broken connection like a bug of its caller: with a TypeError.
    throw new StoreError(what, { retriable: true, cause });
  }
}

/** What stands in an element of S3's XML, such as `Code` of an error; undefined when there is none. */
export const readXmlTag = ({ body }: S3Answer, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]+)</${name}>`).exec(Buffer.from(body).toString('utf8'))?.[1];

/** An answer that is no success, as an error. */
export function toS3Error(what: string, answer: S3Answer): StoreError {
  const name = readXmlTag(answer, 'Code') ?? `HTTP ${answer.status}`;
  const message = `S3 answered ${answer.status} ${name}`;
  const $metadata = { httpStatusCode: answer.status };
  return toStoreError(what, Object.assign(new Error(message), { name, $metadata }));
}
