import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Env } from './env.ts';
import { toStoreError } from './errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** An S3 client; `S3_ENDPOINT` names another engine than AWS's, which then is addressed by path. */
export function s3Client(env: Env, options: Pick<S3ClientConfig, 'maxAttempts'> = {}): S3Client {
  const endpoint = env['S3_ENDPOINT'];
  return new S3Client(endpoint ? { ...options, endpoint, forcePathStyle: true } : options);
}

/** Objects of a bucket, for those who also tidy up in it. All methods throw StoreError when the store fails. */
export interface ManagedObjectStore extends ObjectStore {
  /** every key below a prefix, in order */
  list(prefix: string): Promise<string[]>;
  /** writes the object under another key too */
  copy(from: string, to: string): Promise<void>;
  /** nothing happens to keys that are not there */
  delete(keys: readonly string[]): Promise<void>;
}

// What is larger goes up in parts of this size: one may fail and be sent again without the rest.
const PART_BYTES = 8 * 1024 * 1024;
const KEYS_PER_DELETION = 1_000;
const MAX_ATTEMPTS = 5;

/** The objects of one bucket through S3's own client, which is for functions whose start nobody waits for. */
export function s3Objects(env: Env, bucket: string): ManagedObjectStore {
  const client = s3Client(env, { maxAttempts: MAX_ATTEMPTS });
  const sending = async <T>(what: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (cause) {
      throw toStoreError(what, cause);
    }
  };

  async function get(key: string): Promise<StoredObject | undefined>;
  async function get(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined>;
  async function get(key: string, etag?: string): Promise<StoredObject | 'unchanged' | undefined> {
    const wanted = { Bucket: bucket, Key: key, ...(etag !== undefined && { IfNoneMatch: etag }) };
    try {
      const { Body, ETag = '' } = await client.send(new GetObjectCommand(wanted));
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
    } catch (cause) {
      const status = readStatus(cause);
      if (status === 304) return 'unchanged';
      if (status === 404 && (cause as Error).name !== 'NoSuchBucket') return undefined;
      throw toStoreError(`read ${key}`, cause);
    }
  }

  return {
    get,

    put: (key, body, contentType) =>
      sending(`write ${key}`, async () => {
        const type = contentType === undefined ? {} : { ContentType: contentType };
        const Body = typeof body === 'string' ? Buffer.from(body) : body;
        // One plain PUT up to the size of a part.
        const params = { Bucket: bucket, Key: key, Body, ...type };
        await new Upload({ client, params, partSize: PART_BYTES, queueSize: 2 }).done();
      }),

    list: (prefix) =>
      sending(`list ${prefix}`, async () => {
        const keys: string[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await client.send(
            new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }),
          );
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
        return keys.sort();
      }),

    copy: (from, to) =>
      sending(`copy ${from} to ${to}`, async () => {
        const CopySource = `${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
        await client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource }));
      }),

    delete: (keys) =>
      sending('delete objects', async () => {
        for (const some of chunksOf(keys, KEYS_PER_DELETION)) await deleteSome(client, bucket, some);
      }),
  };
}

/** @throws Error naming the first key that S3 would not delete: it answers 200 all the same */
async function deleteSome(client: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
  const [first] = Errors;
  if (first !== undefined)
    throw Object.assign(new Error(`${first.Key}: ${first.Code}`), { name: first.Code });
}

function* chunksOf<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

const readStatus = (cause: unknown): number | undefined =>
  (cause as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
