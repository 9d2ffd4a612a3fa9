import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, test } from 'vitest';
import { uploadsBucket } from '#lib/imports/jobs/uploads-bucket.ts';
import { type Credentials, type PresignRequest, presignedUrl } from '#lib/platform/presigned-url.ts';

const now = Date.parse('2026-03-08T02:03:04.567Z');
const at = { Bucket: 'imports-1', Key: 'imports/shop/imp_1/a-b_c.csv' };
const upload = { ...at, UploadId: 'a+b/c=~.(d)*' };

type Signable = Parameters<typeof getSignedUrl>[1];
const requests: [string, PresignRequest['method'], Signable, Record<string, string>][] = [
  [
    'a file',
    'PUT',
    new PutObjectCommand({ ...at, ContentLength: 17 }) as Signable,
    { 'content-length': '17' },
  ],
  [
    'a part',
    'PUT',
    new UploadPartCommand({ ...upload, PartNumber: 2, ContentLength: 8 }) as Signable,
    { 'content-length': '8' },
  ],
  ['the beginning of an upload', 'POST', new CreateMultipartUploadCommand(at) as Signable, {}],
  ['the end of an upload', 'POST', new CompleteMultipartUploadCommand(upload) as Signable, {}],
  [
    'a download',
    'GET',
    new GetObjectCommand({
      ...at,
      ResponseContentDisposition: `attachment; filename="it's (1)*!.csv"`,
    }) as Signable,
    {},
  ],
];
const role: Credentials = { accessKeyId: 'AKID', secretAccessKey: 'se/cret+', sessionToken: 'to/ken+==' };
const user: Credentials = { accessKeyId: 'AKID', secretAccessKey: 'se/cret+' };

const client = (region: string, credentials: Credentials, endpoint?: string) =>
  new S3Client({
    region,
    credentials,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
  });

/** The address without its signature and everything else that signing adds. */
function unsigned(address: string): URL {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()])
    if (name.startsWith('X-Amz-')) url.searchParams.delete(name);
  return url;
}
const parts = (address: string) => {
  const { origin, pathname, searchParams } = new URL(address);
  return { origin, pathname, parameters: Object.fromEntries(searchParams) };
};

describe.each([
  ['cn-north-1', role, undefined],
  ['us-east-1', user, undefined],
  ['ap-southeast-1', role, 'http://127.0.0.1:4567'],
] as const)('in %s', (region, credentials, endpoint) => {
  test.each(requests)('%s is signed as by the SDK', async (_, method, command, headers) => {
    const signing = { expiresIn: 3_600, signingDate: new Date(now) };
    const theirs = await getSignedUrl(client(region, credentials, endpoint), command, signing);
    const ours = presignedUrl(
      { method, url: unsigned(theirs), headers, expiresSeconds: 3_600 },
      region,
      credentials,
      now,
    );
    expect(parts(ours)).toEqual(parts(theirs));
  });

  test('the bucket has the address that the SDK gives it', async () => {
    const env = {
      IMPORTS_BUCKET: at.Bucket,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      S3_ENDPOINT: endpoint,
    };
    const ours = new URL(uploadsBucket(env, () => now).putUrl(at.Key, 17));
    const theirs = new URL(
      await getSignedUrl(client(region, credentials, endpoint), new PutObjectCommand(at) as Signable),
    );
    expect(ours.origin + ours.pathname).toBe(theirs.origin + theirs.pathname);
    expect(ours.searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(ours.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host');
  });
});
