import { mkdirSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';
import type { ObjectCreated } from '#infra/local/queues/object-notifications.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Closeable = { close(): void };

/** A running S3 and SQS engine; both speak on the same address. */
export type ObjectsAndQueues = {
  endpoint: string;
  /** Tells of every object that is put, uploaded in parts or copied from now on, once it is stored. */
  onObjectCreated(listener: (created: ObjectCreated) => void): void;
  /** Lets pages of other origins use a bucket, as its CorsConfiguration would on AWS. */
  allowOrigins(bucket: string, rules: readonly CorsRule[]): void;
  stop(): Promise<void>;
};

type StoredObject = { contentLength: number; etag: string; lastModified: Date; parts?: unknown[] };

// `startFauxqs` opens its port to the whole network. These are the parts it is put together from, so that
// ours listens on the loopback only. They are not part of the package's interface: the tests notice a change.
async function importInternal<T>(file: string): Promise<T> {
  return (await import(new URL(file, import.meta.resolve('fauxqs')).href)) as T;
}

/**
 * Starts fauxqs in this process on a free loopback port.
 * @param folders where queues (SQLite) and objects (files) are kept
 */
export async function startObjectsAndQueues(
  folders: { queues: string; objects: string },
  region: string,
): Promise<ObjectsAndQueues> {
  const { SqsStore } = await importInternal<{ SqsStore: new () => Stores['sqsStore'] }>('./sqs/sqsStore.js');
  const { SnsStore } = await importInternal<{ SnsStore: new () => Stores['snsStore'] }>('./sns/snsStore.js');
  const { S3Store } = await importInternal<{ S3Store: new () => Stores['s3Store'] }>('./s3/s3Store.js');
  const { PersistenceManager } = await importInternal<{
    PersistenceManager: new (
      dir: string,
    ) => Closeable & {
      loadSqsAndSns(sqs: Stores['sqsStore'], sns: Stores['snsStore']): void;
    };
  }>('./persistence.js');
  const { FileS3Persistence } = await importInternal<{
    FileS3Persistence: new (dir: string) => Closeable & { loadS3(s3: Stores['s3Store']): void };
  }>('./s3/fileS3Persistence.js');

  mkdirSync(folders.queues, { recursive: true });
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const queues = new PersistenceManager(folders.queues);
  const objects = new FileS3Persistence(folders.objects);
  // Load first, attach afterwards: an attached store would write what it is just reading.
  queues.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  objects.loadS3(stores.s3Store);
  Object.assign(stores.sqsStore, { persistence: queues });
  Object.assign(stores.snsStore, { persistence: queues });
  Object.assign(stores.s3Store, { persistence: objects });
  for (const queue of stores.sqsStore.allQueues()) {
    Object.assign(queue, { persistence: queues });
    // Whoever was working on a message when the last run was killed went with it: nobody needs to wait for them.
    for (const message of queue.inflightMessages.values()) message.visibilityDeadline = 0;
  }

  // Making a message visible at once would write a receive count of NULL, which the schema refuses: the message
  // would be lost until the next start. Unwritten, only a kill shortly after makes it wait for its old deadline.
  Object.assign(queues, { updateMessageReady: () => {} });

  const listeners: ((created: ObjectCreated) => void)[] = [];
  const addMessage = (event: { service: string; status: string; bucket: string; key: string }): void => {
    if (event.service !== 's3' || event.status !== 'uploaded') return;
    const { bucket, key } = event;
    const stored: StoredObject = stores.s3Store.headObject(bucket, key);
    const created: ObjectCreated = {
      bucket,
      key,
      size: stored.contentLength,
      eTag: stored.etag.replaceAll('"', ''),
      at: stored.lastModified,
      how: stored.parts ? 'CompleteMultipartUpload' : 'Put',
    };
    for (const listener of listeners) listener(created);
  };
  Object.assign(stores.s3Store, { spy: { addMessage } });

  const origins = new Map<string, readonly CorsRule[]>();
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  app.addHook('preClose', (done) => {
    queues.close();
    objects.close();
    done();
  });
  app.addHook('onRequest', async (request, reply) => {
    const answer = evaluateCors(request.method, request.url, request.headers, (bucket) =>
      origins.get(bucket),
    );
    if (!answer) return;
    reply.headers(answer.headers);
    if (answer.status) await reply.status(answer.status).send();
  });
  return {
    onObjectCreated: (listener) => {
      listeners.push(listener);
    },
    allowOrigins: (bucket, rules) => {
      origins.set(bucket, rules);
    },
    endpoint: await app.listen({ port: 0, host: '127.0.0.1' }),
    stop: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** A rule of a bucket's CorsConfiguration. */
export type CorsRule = {
  AllowedMethods: string[];
  AllowedOrigins: string[];
  AllowedHeaders?: string[];
  ExposedHeaders?: string[];
  MaxAge?: number;
};

/** Headers to answer with; with a status there is nothing else to answer. */
type CorsAnswer = { status?: 200 | 403; headers: Record<string, string> };

/**
 * What S3 adds to an answer for a page of another origin, and its whole answer to a preflight request.
 * @param url with the bucket first in its path
 * @param rulesOf rules of a bucket; undefined if it has none
 * @returns undefined if S3 would say nothing of it
 */
function evaluateCors(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  rulesOf: (bucket: string) => readonly CorsRule[] | undefined,
): CorsAnswer | undefined {
  const { origin } = headers;
  const rules = rulesOf(/^\/([^/?]+)/.exec(url)?.[1] ?? '');
  if (origin === undefined || rules === undefined) return undefined;
  const isPreflight = method === 'OPTIONS';
  const wanted = isPreflight ? (headers['access-control-request-method'] ?? '') : method;
  const rule = rules.find(
    (one) =>
      one.AllowedMethods.includes(wanted) &&
      one.AllowedOrigins.some((given) => matchesPattern(given, origin)),
  );
  if (!rule) return isPreflight ? { status: 403, headers: {} } : undefined;
  const answer: Record<string, string> = {
    'access-control-allow-origin': rule.AllowedOrigins.includes('*') ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
  if (rule.ExposedHeaders) answer['access-control-expose-headers'] = rule.ExposedHeaders.join(', ');
  if (!isPreflight) return { headers: answer };
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) {
    const allowed = (name: string) =>
      rule.AllowedHeaders?.some((given) => matchesPattern(given, name)) ?? false;
    if (!asked.split(',').every((name) => allowed(name.trim()))) return { status: 403, headers: {} };
    answer['access-control-allow-headers'] = asked;
  }
  if (rule.MaxAge !== undefined) answer['access-control-max-age'] = String(rule.MaxAge);
  return { status: 200, headers: answer };
}

/** Whether a text is what a rule allows, where one `*` stands for anything. */
function matchesPattern(allowed: string, text: string): boolean {
  const [before = '', after] = allowed.toLowerCase().split('*');
  const given = text.toLowerCase();
  if (after === undefined) return given === before;
  return given.length >= before.length + after.length && given.startsWith(before) && given.endsWith(after);
}
