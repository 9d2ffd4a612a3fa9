import { mkdirSync } from 'node:fs';
import { buildApp } from 'fauxqs';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Made = { close(): void };

/** A running S3 and SQS engine; both speak on the same address. */
export type ObjectsAndQueues = { endpoint: string; stop(): Promise<void> };

// `startFauxqs` opens its port to the whole network. These are the parts it is put together from, so that
// ours listens on the loopback only. They are not part of the package's interface: the tests notice a change.
async function part<T>(file: string): Promise<T> {
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
  const { SqsStore } = await part<{ SqsStore: new () => Stores['sqsStore'] }>('./sqs/sqsStore.js');
  const { SnsStore } = await part<{ SnsStore: new () => Stores['snsStore'] }>('./sns/snsStore.js');
  const { S3Store } = await part<{ S3Store: new () => Stores['s3Store'] }>('./s3/s3Store.js');
  const { PersistenceManager } = await part<{
    PersistenceManager: new (
      dir: string,
    ) => Made & {
      loadSqsAndSns(sqs: Stores['sqsStore'], sns: Stores['snsStore']): void;
    };
  }>('./persistence.js');
  const { FileS3Persistence } = await part<{
    FileS3Persistence: new (dir: string) => Made & { loadS3(s3: Stores['s3Store']): void };
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
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { persistence: queues });

  const app = buildApp({ logger: false, defaultRegion: region, stores });
  app.addHook('preClose', (done) => {
    queues.close();
    objects.close();
    done();
  });
  return {
    endpoint: await app.listen({ port: 0, host: '127.0.0.1' }),
    stop: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
