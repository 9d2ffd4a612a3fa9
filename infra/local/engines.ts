import type { DataDir } from './data-dir.ts';
import { startDynoxide } from './dynoxide.ts';
import { openEngineDatabase } from './engine-database.ts';
import type { LocalAws } from './local-aws.ts';
import { startObjectsAndQueues } from './objects-and-queues.ts';
import { openSecrets, type SecretStore, serveSecrets } from './secrets.ts';

/** Addresses that functions and tests talk to. */
export type Endpoints = { dynamodb: string; s3: string; sqs: string; secrets: string };

export type Engines = {
  endpoints: Endpoints;
  secrets: SecretStore;
  /** Brings what was written so far into the data directory. */
  keep(): Promise<void>;
  /** Resolves if an engine ends although nobody stopped it. */
  crashed: Promise<Error>;
  stop(): Promise<void>;
};

/**
 * Starts what stands in for AWS's services, with its data in the data directory. `DYNAMODB_ENDPOINT`, `S3_ENDPOINT`
 * and `SQS_ENDPOINT` name engines that run already and are used instead.
 */
export async function startEngines(
  dataDir: DataDir,
  aws: LocalAws,
  env: NodeJS.ProcessEnv,
): Promise<Engines> {
  const started: (() => Promise<void>)[] = [];
  const own = <T extends { stop(): Promise<void> }>(engine: T): T => {
    started.push(() => engine.stop());
    return engine;
  };
  const stop = async () => {
    await Promise.all(started.map((one) => one()));
  };
  let stopping = false;
  let keep = async () => {};
  let report: (error: Error) => void = () => {};
  const crashed = new Promise<Error>((resolve) => {
    report = resolve;
  });

  async function tables(): Promise<string> {
    const given = env['DYNAMODB_ENDPOINT'];
    if (given) return given;
    const database = openEngineDatabase(dataDir.path);
    keep = database.keep;
    const engine = await startDynoxide(database.path);
    own({ stop: () => engine.stop().then(() => database.close()) });
    dataDir.remember(engine.pid);
    engine.exited.then((how) => {
      if (!stopping) report(new Error(`The DynamoDB engine (dynoxide) ended unexpectedly: ${how}`));
    });
    return engine.endpoint;
  }

  async function objectsAndQueues(): Promise<{ s3: string; sqs: string }> {
    const { S3_ENDPOINT, SQS_ENDPOINT } = env;
    if (S3_ENDPOINT && SQS_ENDPOINT) return { s3: S3_ENDPOINT, sqs: SQS_ENDPOINT };
    const folders = { queues: dataDir.at('queues'), objects: dataDir.at('objects') };
    const { endpoint } = own(await startObjectsAndQueues(folders, aws.region));
    return { s3: S3_ENDPOINT || endpoint, sqs: SQS_ENDPOINT || endpoint };
  }

  const secrets = openSecrets(dataDir.at('secrets.json'));
  const starts = [
    tables(),
    objectsAndQueues(),
    serveSecrets(secrets).then((server) => own(server).endpoint),
  ] as const;
  try {
    const [dynamodb, { s3, sqs }, secretsEndpoint] = await Promise.all(starts);
    return {
      endpoints: { dynamodb, s3, sqs, secrets: secretsEndpoint },
      secrets,
      keep: () => keep(),
      crashed,
      stop: async () => {
        stopping = true;
        await stop();
        dataDir.remember(undefined);
      },
    };
  } catch (error) {
    stopping = true;
    await Promise.allSettled(starts);
    await stop();
    throw error;
  }
}
