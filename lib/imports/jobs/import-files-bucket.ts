import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type RejectedLine, rejectedKey } from './row-outcome.ts';

const PART_BYTES = 8 * 1024 * 1024;

const partsPrefix = (importId: string): string => `rejected/${importId}/`;

/** The objects that one import reads and writes. */
export interface ImportFiles {
  /** the uploaded file, from its beginning; @throws what S3 says when it is not there */
  open(): AsyncIterable<Uint8Array>;
  /** keeps the refused lines of a chunk, instead of what an interrupted run may have kept of it */
  saveRejected(chunk: number, lines: readonly RejectedLine[]): Promise<void>;
  /** makes one file of all refused lines, in order; does nothing when there are none */
  mergeRejected(): Promise<void>;
}

/** @param place bucket, the file's key, and the import it belongs to */
export function importFiles(
  client: S3Client,
  { bucket, key, importId }: { bucket: string; key: string; importId: string },
): ImportFiles {
  const parts = async (): Promise<string[]> => {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: partsPrefix(importId), ContinuationToken }),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys.sort();
  };

  async function* contentsOf(keys: readonly string[]): AsyncGenerator<Uint8Array> {
    for (const Key of keys) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      if (Body !== undefined) yield await Body.transformToByteArray();
    }
  }

  return {
    async *open() {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      yield* Body as AsyncIterable<Uint8Array>;
    },

    async saveRejected(chunk, lines) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: `${partsPrefix(importId)}${String(chunk).padStart(8, '0')}.ndjson`,
          Body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
          ContentType: 'application/x-ndjson',
        }),
      );
    },

    async mergeRejected() {
      const keys = await parts();
      if (keys.length === 0) return;
      const upload = new Upload({
        client,
        partSize: PART_BYTES,
        queueSize: 1,
        params: {
          Bucket: bucket,
          Key: rejectedKey(importId),
          Body: Readable.from(contentsOf(keys), { objectMode: false }),
          ContentType: 'application/x-ndjson',
        },
      });
      await upload.done();
      for (let at = 0; at < keys.length; at += 1_000) {
        const Objects = keys.slice(at, at + 1_000).map((Key) => ({ Key }));
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
      }
    },
  };
}
