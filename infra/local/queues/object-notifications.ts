import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { readJson, writeJson } from '#infra/local/host/json-file.ts';

/** Up to when the objects of each notification are announced, and those of that very millisecond. */
type Positions = Record<string, { until: string; objects: string[] }>;

/** What notifies a queue of a bucket's new objects. */
export type Announcer = {
  /** Resolves once everything known so far is announced. */
  flushed(): Promise<void>;
  stop(): Promise<void>;
};

type AnnouncerOptions = {
  client: S3Client;
  aws: { region: string; accountId: string };
  /** JSON file that remembers what is announced. */
  file: string;
  /** Registers for every object that is created from now on. */
  onObjectCreated(listener: (created: ObjectCreated) => void): void;
  send(queueArn: string, message: string): Promise<void>;
  log(message: string): void;
};

/**
 * Announces new objects as S3 does: at least once. It begins with those that nobody announced because the process was
 * killed just then.
 */
export function announceObjects(
  notifications: readonly BucketNotification[],
  { client, aws, file, onObjectCreated, send, log }: AnnouncerOptions,
): Announcer {
  const stopping = new AbortController();
  const { signal } = stopping;
  const positions = readJson<Positions>(file) ?? {};

  async function announce(to: BucketNotification, created: ObjectCreated): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await send(to.queueArn, buildNotification(created, aws));
        remember(to, created);
        return;
      } catch (error) {
        if (!signal.aborted)
          log(`${created.key} could not be announced to its queue: ${errorMessage(error)}`);
        await delay(Math.min(10_000, 100 * 2 ** attempt), undefined, { signal }).catch(() => {});
      }
    }
  }

  function remember(to: BucketNotification, { key, eTag, at }: ObjectCreated): void {
    const [name, until, object] = [positionKey(to), at.toISOString(), `${key} ${eTag}`];
    const position = positions[name];
    if (position && position.until > until) return;
    if (position?.until === until) position.objects.push(object);
    else positions[name] = { until, objects: [object] };
    writeJson(file, positions);
  }

  async function catchUp(to: BucketNotification): Promise<void> {
    const { until, objects } = positions[positionKey(to)] ?? { until: '', objects: [] };
    const missed: ObjectCreated[] = [];
    const list = { Bucket: to.bucket, Prefix: to.prefix };
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, list)) {
      for (const { Key: key = '', ETag = '', Size: size = 0, LastModified: at = new Date(0) } of Contents) {
        const eTag = ETag.replaceAll('"', '');
        const time = at.toISOString();
        const isKnown = time < until || (time === until && objects.includes(`${key} ${eTag}`));
        if (isKnown || !key.endsWith(to.suffix)) continue;
        const how = eTag.includes('-') ? 'CompleteMultipartUpload' : 'Put';
        missed.push({ bucket: to.bucket, key, size, eTag, at, how });
      }
    }
    missed.sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const created of missed) await announce(to, created);
  }

  // One after the other, in the order in which they came, so that the position leaves nothing behind.
  let working = Promise.all(notifications.map(catchUp)).then(
    () => {},
    (error) => log(`objects that were put while nobody watched are not announced: ${errorMessage(error)}`),
  );
  onObjectCreated((created) => {
    for (const to of notifications) {
      const isMeant = created.key.startsWith(to.prefix) && created.key.endsWith(to.suffix);
      if (created.bucket === to.bucket && isMeant) working = working.then(() => announce(to, created));
    }
  });

  return {
    flushed: () => working,
    stop: async () => {
      await Promise.race([working, delay(500, undefined, { ref: false })]);
      stopping.abort();
      await working;
    },
  };
}

const positionKey = ({ bucket, queueArn, prefix, suffix }: BucketNotification) =>
  [bucket, queueArn, prefix, suffix].join(' ');

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

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

/** The parts of a bucket's NotificationConfiguration that are honoured. */
export type NotificationConfiguration = {
  QueueConfigurations?: {
    Event: string;
    Queue: string;
    Filter?: { S3Key?: { Rules?: { Name: string; Value: string }[] } };
  }[];
};

/** Objects of a bucket to announce, and to which queue. */
export type BucketNotification = { bucket: string; queueArn: string; prefix: string; suffix: string };

/**
 * Reads what a bucket announces.
 * @throws Error for anything but new objects announced to queues
 */
export function parseBucketNotifications(
  bucket: string,
  given: NotificationConfiguration,
): BucketNotification[] {
  const unknown = Object.keys(given).filter((name) => name !== 'QueueConfigurations');
  if (unknown.length > 0)
    throw new Error(`the local target announces objects to queues only, not by ${unknown}`);
  return (given.QueueConfigurations ?? []).map(({ Event, Queue, Filter }) => {
    if (Event !== 's3:ObjectCreated:*')
      throw new Error(`the local target announces s3:ObjectCreated:* only, not ${Event}`);
    const rules = Filter?.S3Key?.Rules ?? [];
    const rule = (name: string) => rules.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? '';
    return { bucket, queueArn: Queue, prefix: rule('prefix'), suffix: rule('suffix') };
  });
}
