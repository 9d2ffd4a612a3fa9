import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Env } from './env.ts';

/** An S3 client; `S3_ENDPOINT` names another engine than AWS's, which then is addressed by path. */
export function s3Client(env: Env, options: Pick<S3ClientConfig, 'maxAttempts'> = {}): S3Client {
  const endpoint = env['S3_ENDPOINT'];
  return new S3Client(endpoint ? { ...options, endpoint, forcePathStyle: true } : options);
}
