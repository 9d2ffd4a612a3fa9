import type { LocalAws } from '#infra/local/host/aws-environment.ts';
import type { DataDir } from '#infra/local/host/data-dir.ts';
import type { Say } from '#infra/local/host/terminal-output.ts';
import { startDynoxide } from './dynoxide.ts';
import { openEngineDatabase } from './engine-database.ts';
import { type ObjectsAndQueues, startObjectsAndQueues } from './objects-and-queues.ts';
import { openSecrets, type SecretStore, serveSecrets } from './secrets.ts';
import { type States, serveStates } from './states.ts';

/** Addresses that functions and tests talk to. */
export type Endpoints = { dynamodb: string; s3: string; sqs: string; secrets: string; states: string };

export type Engines = {
  endpoints: Endpoints;
  secrets: SecretStore;
  states: Pick<States, 'add'>;
  /** What else our own S3 engine can do; undefined if `S3_ENDPOINT` names another. */
  objects: Pick<ObjectsAndQueues, 'onObjectCreated' | 'allowOrigins'> | undefined;
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
  say: Say,
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
    const given = await checkEndpoint(env, 'DYNAMODB_ENDPOINT');
    if (given) return given;
    const database = openEngineDatabase(dataDir.path);
    keep = database.keep;
    const engine = await startDynoxide(database.path, { say });
    own({ stop: () => engine.stop().then(() => database.close()) });
    dataDir.remember(engine.pid);
    engine.exited.then((how) => {
      if (!stopping) report(new Error(`The DynamoDB engine (dynoxide) ended unexpectedly: ${how}`));
    });
    return engine.endpoint;
  }

  async function objectsAndQueues(): Promise<{ s3: string; sqs: string; objects: Engines['objects'] }> {
    const s3 = await checkEndpoint(env, 'S3_ENDPOINT');
    const sqs = await checkEndpoint(env, 'SQS_ENDPOINT');
    if (s3 && sqs) return { s3, sqs, objects: undefined };
    const folders = { queues: dataDir.at('queues'), objects: dataDir.at('objects') };
    const engine = own(await startObjectsAndQueues(folders, aws.region));
    const { endpoint } = engine;
    return { s3: s3 ?? endpoint, sqs: sqs ?? endpoint, objects: s3 ? undefined : engine };
  }

  const secrets = openSecrets(dataDir.at('secrets.json'));
  const starts = [
    tables(),
    objectsAndQueues(),
    serveSecrets(secrets).then((server) => own(server).endpoint),
    serveStates().then(own),
  ] as const;
  try {
    const [dynamodb, { s3, sqs, objects }, secretsEndpoint, states] = await Promise.all(starts);
    return {
      endpoints: { dynamodb, s3, sqs, secrets: secretsEndpoint, states: states.endpoint },
      secrets,
      states,
      objects,
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

/** The endpoint that a variable names, if it does. @throws Error if nobody answers there */
async function checkEndpoint(env: NodeJS.ProcessEnv, variable: string): Promise<string | undefined> {
  const endpoint = env[variable];
  if (!endpoint) return undefined;
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(5_000) }); // any answer will do
    return endpoint;
  } catch (cause) {
    throw new Error(`${variable} is ${endpoint}, but nobody answers there. Start that engine, or unset it`, {
      cause,
    });
  }
}
