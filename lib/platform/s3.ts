import { S3Client } from '@aws-sdk/client-s3';
import type { Env } from './env.ts';

/** An S3 client; `S3_ENDPOINT` names another engine than AWS's, which then is addressed by path. */
export function s3(env: Env): S3Client {
  const endpoint = env['S3_ENDPOINT'];
  return new S3Client(endpoint ? { endpoint, forcePathStyle: true } : {});
}
