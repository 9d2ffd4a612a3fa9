import { type Env, required } from '#lib/platform/env.ts';
import type { Credentials } from '#lib/platform/presigned-url.ts';

/** Where a bucket's objects are: on AWS under its own host name; at another engine (`S3_ENDPOINT`) under its path. */
export function bucketUrl(bucket: string, region: string, endpoint: string | undefined): string {
  if (endpoint) return `${endpoint.replace(/\/$/, '')}/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** The credentials that Lambda hands over. @throws Error naming the variable that is not set */
export function lambdaCredentials(env: Env): Credentials {
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
  };
}
