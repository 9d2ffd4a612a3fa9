import { randomUUID } from 'node:crypto';

/** An object that has come into being. */
export type ObjectCreated = {
  bucket: string;
  /** As it was given, not encoded. */
  key: string;
  /** In bytes. */
  size: number;
  /** Without quotes. */
  eTag: string;
  at: Date;
  how: 'Put' | 'CompleteMultipartUpload';
};

/** The message that S3 sends to a queue when an object is created, as JSON. */
export function buildNotification(
  { bucket, key, size, eTag, at, how }: ObjectCreated,
  { region, accountId }: { region: string; accountId: string },
): string {
  const eventTime = at.toISOString();
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime,
        eventName: `ObjectCreated:${how}`,
        userIdentity: { principalId: accountId },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': randomUUID() },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: bucket,
          bucket: { name: bucket, ownerIdentity: { principalId: accountId }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeKey(key),
            size,
            eTag,
            sequencer: at.getTime().toString(16).toUpperCase().padStart(18, '0'),
          },
        },
      },
    ],
  });
}

/** A key as notifications carry it: encoded as in a form, but for the slashes. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}
