import { setTimeout as delay } from 'node:timers/promises';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { readJson, writeJson } from '#infra/local/host/json-file.ts';
import type { BucketNotification } from './bucket-notifications.ts';
import { buildNotification, type ObjectCreated } from './object-notification.ts';

/** Up to when the objects of each notification are announced, and those of that very millisecond. */
type Positions = Record<string, { until: string; objects: string[] }>;

/** What tells a queue about a bucket's new objects. */
export type Announcer = {
  /** Resolves once everything known so far is announced. */
  flushed(): Promise<void>;
  stop(): Promise<void>;
};

export type AnnouncerOptions = {
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
