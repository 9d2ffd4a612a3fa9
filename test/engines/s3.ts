import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startObjectsAndQueues } from '#infra/local/engines/objects-and-queues.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';

/** A real S3 engine on a free port with an empty bucket; what it holds is dropped at the end. */
export async function startBucket(): Promise<{
  endpoint: string;
  bucket: string;
  client: S3Client;
  /** what a function would find in its environment */
  env: Record<string, string>;
  stop(): Promise<void>;
}> {
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-test-'));
  const { region, credentials } = testCredentials;
  const engine = await startObjectsAndQueues({ queues: join(dir, 'q'), objects: join(dir, 'o') }, region);
  const client = new S3Client({ endpoint: engine.endpoint, forcePathStyle: true, ...testCredentials });
  const bucket = `imports-${randomUUID().slice(0, 8)}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    endpoint: engine.endpoint,
    bucket,
    client,
    env: {
      S3_ENDPOINT: engine.endpoint,
      IMPORTS_BUCKET: bucket,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async stop() {
      client.destroy();
      await engine.stop();
      await rm(dir, { recursive: true });
    },
  };
}
