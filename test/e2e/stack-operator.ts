import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parquetReadObjects } from 'hyparquet';
import { vi } from 'vitest';
import type { StackInfo } from '#infra/local/stack-info.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';
import { checkedFetch } from './checked-fetch.ts';

export const PATIENCE = { timeout: 150_000, interval: 200 };

export interface Import {
  importId: string;
  filename: string;
  state: string;
  lines: number;
  accepted: number;
  dropped: number;
  refused: number;
  error?: string;
}

/** What an operator of a running stack does, through its addresses alone. */
export interface Operator {
  api<T>(path: string, body?: object): Promise<T>;
  /** Puts a file into the imports bucket, as anyone with the right to may. */
  drop(file: string, key: string): Promise<void>;
  imports(): Promise<Import[]>;
  /** The import of a file, once it has ended. */
  imported(filename: string): Promise<Import>;
  /** A nightly run, once it has ended. */
  night(asOf: string): Promise<RunView>;
  /** Keys of the data bucket. */
  keys(prefix: string): Promise<string[]>;
  json<T>(key: string): Promise<T>;
  /** The rows of all parquet parts below a prefix. */
  rows<T>(prefix: string): Promise<T[]>;
}

/** @param info of the stack as it runs now; asked again each time, as a new start may change its ports */
export function createOperator(info: () => StackInfo): Operator {
  const s3 = () => new S3Client({ endpoint: info().s3, forcePathStyle: true, ...testCredentials });

  async function api<T>(path: string, body?: object): Promise<T> {
    const response = await checkedFetch(new URL(path, info().api), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${info().secretKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  const imports = async () => (await api<{ imports: Import[] }>('/v1/imports')).imports;

  async function bytes(Key: string): Promise<Uint8Array> {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: info().buckets.data, Key }));
    return Body!.transformToByteArray();
  }

  async function keys(Prefix: string): Promise<string[]> {
    const { Contents = [] } = await s3().send(
      new ListObjectsV2Command({ Bucket: info().buckets.data, Prefix }),
    );
    return Contents.map(({ Key }) => Key!);
  }

  return {
    api,
    imports,
    keys,
    async drop(file, Key) {
      const { size } = await stat(file);
      const Body = createReadStream(file);
      await s3().send(
        new PutObjectCommand({ Bucket: info().buckets.imports, Key, Body, ContentLength: size }),
      );
    },
    imported: (filename) =>
      vi.waitFor(async () => {
        const found = (await imports()).find((one) => one.filename === filename);
        if (found?.state !== 'done' && found?.state !== 'failed')
          throw new Error(`still ${JSON.stringify(found)}`);
        return found;
      }, PATIENCE),
    async night(asOf) {
      const { runId } = await vi.waitFor(() => api<RunView>('/v1/runs', { asOf }), PATIENCE);
      return vi.waitFor(async () => {
        const run = await api<RunView>(`/v1/runs/${runId}`);
        if (run.state === 'running') throw new Error(`still ${JSON.stringify(run)}`);
        return run;
      }, PATIENCE);
    },
    json: async <T>(key: string) => JSON.parse(Buffer.from(await bytes(key)).toString()) as T,
    async rows<T>(prefix: string) {
      const all: T[] = [];
      for (const key of await keys(prefix)) {
        const file = (await bytes(key)).slice().buffer as ArrayBuffer;
        all.push(...((await parquetReadObjects({ file })) as T[]));
      }
      return all;
    },
  };
}

/** What a start has written down of itself. */
export async function readStackInfo(dataDir: string): Promise<StackInfo> {
  return JSON.parse(await readFile(join(dataDir, 'stack.json'), 'utf8')) as StackInfo;
}
