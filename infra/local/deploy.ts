import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { logger } from '#lib/platform/dynamodb.ts';
import type { Engines } from './engines/engines.ts';
import type { CorsRule } from './engines/objects-and-queues.ts';
import {
  ensureBucket,
  ensureQueue,
  ensureTable,
  type QueueProperties,
  type TableProperties,
} from './engines/resources.ts';

import { type GenerateSecretString, generateSecret } from './engines/secrets.ts';
import type { Gateway } from './gateway/gateway.ts';
import { readHttpRoutes } from './gateway/routes.ts';
import type { LocalAws } from './host/aws-environment.ts';
import { type FunctionProperties, type LocalFunction, loadFunction } from './lambda/functions.ts';
import { openJournal } from './orchestration/execution.ts';
import {
  type Schedule,
  type ScheduleProperties,
  type ScheduleTarget,
  scheduledFunction,
  scheduledMachine,
  startSchedule,
} from './orchestration/schedules.ts';
import { type LocalStateMachine, loadStateMachine } from './orchestration/state-machine.ts';
import {
  type Announcer,
  announceObjects,
  type BucketNotification,
  type NotificationConfiguration,
  parseBucketNotifications,
} from './queues/object-notifications.ts';

import { isQueueMapping, parseQueueMapping, pollQueue } from './queues/queue-poller.ts';

import { openCheckpoints } from './streams/checkpoints.ts';
import { parseStreamMapping } from './streams/mapping.ts';
import { pollStream, type StreamPoller } from './streams/poller.ts';
import { type Assembly, assertKnownTypes, type HandledType } from './template/assembly.ts';

import { identifyResource } from './template/identity.ts';
import { createResolver, type Deployed } from './template/intrinsics.ts';

/** What runs once a template is deployed. */
export type Deployment = {
  /** Value of one of the template's outputs. */
  output(name: string): string | undefined;
  pollers: StreamPoller[];
  schedules: Schedule[];
  /** Resolves when the executions are over that ran when the last process ended. */
  resumed: Promise<unknown>;
  /** Stops pollers, schedules and executions; engines and gateway stay. */
  stop(): Promise<void>;
};

export type DeployTarget = {
  engines: Engines;
  gateway: Gateway;
  aws: LocalAws;
  /** Where it is remembered which objects were announced. */
  announcedFile: string;
  /** Where it is remembered which executions of state machines run. */
  executionsFile: string;
  /** Decides in what order, within what Amazon promises, streams are delivered. */
  seed: number;
  log(message: string): void;
};

type Queue = { url: string; arn: string };
type BucketProperties = {
  NotificationConfiguration?: NotificationConfiguration;
  CorsConfiguration?: { CorsRules: CorsRule[] };
};

/**
 * Creates on this machine what a synthesized template lists, and starts it. What is there already stays.
 * @throws Error naming the resource for whatever the local target cannot do
 */
export async function deploy(assembly: Assembly, target: DeployTarget): Promise<Deployment> {
  const { template } = assembly;
  const { engines, gateway, aws, seed, log } = target;
  const { endpoints } = engines;
  assertKnownTypes(template);

  const { region, accountId, credentials } = aws;
  const pseudo = { Region: region, AccountId: accountId, StackName: assembly.stackName };
  const deployed = new Map<string, Deployed>();
  const resolve = createResolver({ template, deployed, pseudo });
  const identities = new Map(
    Object.entries(template.Resources).map(([id, resource]) => {
      const identity = identifyResource(id, resource, aws, { sqs: endpoints.sqs, api: gateway.address });
      deployed.set(id, identity.deployed);
      return [id, identity];
    }),
  );

  /** Makes all resources of a type at once, from their resolved properties. */
  async function each<P extends object, R>(
    type: HandledType,
    make: (properties: P, identity: { id: string; name: string; arn: string }) => Promise<R> | R,
  ): Promise<R[]> {
    const ofType = Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
    return Promise.all(
      ofType.map(async ([id, { Properties, Condition }]) => {
        try {
          if (Condition) throw new Error('the local target does not know conditional resources');
          return await make(resolve(Properties ?? {}, id) as P, { id, ...identities.get(id)! });
        } catch (cause) {
          throw new Error(`${id} (${type}): ${cause instanceof Error ? cause.message : cause}`, { cause });
        }
      }),
    );
  }

  const clientConfig = (endpoint: string) => ({ endpoint, region, credentials });
  const dynamodb = new DynamoDBClient({ ...clientConfig(endpoints.dynamodb), logger });
  const streams = new DynamoDBStreamsClient({ ...clientConfig(endpoints.dynamodb), logger });
  const s3 = new S3Client({ ...clientConfig(endpoints.s3), forcePathStyle: true });
  const sqs = new SQSClient(clientConfig(endpoints.sqs));

  const [queues, , notifications] = await Promise.all([
    each<QueueProperties, Queue>('AWS::SQS::Queue', async (properties, { id, name, arn }) => {
      await ensureQueue(sqs, name, properties);
      return { url: deployed.get(id)!.ref, arn };
    }),
    each<TableProperties, void>('AWS::DynamoDB::Table', async (properties, { id, name }) => {
      const StreamArn = await ensureTable(dynamodb, name, properties);
      if (StreamArn) Object.assign(deployed.get(id)!.attributes!, { StreamArn });
    }),
    each<BucketProperties, BucketNotification[]>('AWS::S3::Bucket', async (properties, { name }) => {
      await ensureBucket(s3, name);
      if (properties.CorsConfiguration)
        engines.objects?.allowOrigins(name, properties.CorsConfiguration.CorsRules);
      return parseBucketNotifications(name, properties.NotificationConfiguration ?? {});
    }),
    each<{ SecretString?: string; GenerateSecretString?: GenerateSecretString }, string>(
      'AWS::SecretsManager::Secret',
      ({ SecretString, GenerateSecretString = {} }, { arn }) =>
        engines.secrets.ensure(arn, () => SecretString ?? generateSecret(GenerateSecretString)),
    ),
  ]);

  const environment = {
    DYNAMODB_ENDPOINT: endpoints.dynamodb,
    S3_ENDPOINT: endpoints.s3,
    SQS_ENDPOINT: endpoints.sqs,
    SECRETS_ENDPOINT: endpoints.secrets,
    STATES_ENDPOINT: endpoints.states,
    // Here a deployment has ended before the next one begins: none of its calls goes on.
    ZHIQUN_SETTLE_MS: '0',
  };
  const functions = await each<FunctionProperties & { Code: { S3Key: string } }, LocalFunction>(
    'AWS::Lambda::Function',
    (properties, { name, arn }) =>
      loadFunction(name, arn, assembly.assetAt(properties.Code.S3Key), properties, environment),
  );
  const findFunction = (nameOrArn: string): LocalFunction => {
    const found = functions.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
    if (!found) throw new Error(`there is no function ${nameOrArn}`);
    return found;
  };
  const journal = openJournal(target.executionsFile);
  const machines = await each<{ DefinitionString: string }, LocalStateMachine>(
    'AWS::StepFunctions::StateMachine',
    ({ DefinitionString }, identity) =>
      loadStateMachine(identity, JSON.parse(DefinitionString), findFunction, { journal, log }),
  );
  for (const machine of machines) engines.states.add(machine);
  const scheduled = (targetArn: string): ScheduleTarget => {
    const machine = machines.find(({ arn }) => arn === targetArn);
    return machine ? scheduledMachine(machine) : scheduledFunction(findFunction(targetArn));
  };
  const findQueueUrl = (queueArn: string): string => {
    const queue = queues.find(({ arn }) => arn === queueArn);
    if (!queue) throw new Error(`there is no queue ${queueArn}, and messages can go nowhere else`);
    return queue.url;
  };
  const senderTo = (queueArn: string) => {
    const QueueUrl = findQueueUrl(queueArn);
    return async (MessageBody: string) => {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    };
  };

  const { apiId: id, routes } = readHttpRoutes(template, resolve, findFunction);
  gateway.serve({ id, accountId, routes });

  const mappings = await each('AWS::Lambda::EventSourceMapping', (properties: Record<string, unknown>) =>
    isQueueMapping(properties)
      ? { queue: parseQueueMapping(properties, findFunction, findQueueUrl) }
      : { stream: parseStreamMapping(properties, findFunction, senderTo) },
  );
  const schedules = await each<
    ScheduleProperties & { Target: { Arn: string; DeadLetterConfig?: { Arn?: string } } },
    Schedule
  >('AWS::Scheduler::Schedule', (properties) => {
    const { Arn, DeadLetterConfig } = properties.Target;
    const sendFailure = DeadLetterConfig?.Arn ? senderTo(DeadLetterConfig.Arn) : undefined;
    return startSchedule(properties, scheduled(Arn), { log, sendFailure });
  });
  const checkpoints = await openCheckpoints(dynamodb);
  const pollers = mappings.flatMap(({ stream }) =>
    stream ? [pollStream(stream, { client: streams, checkpoints, log, seed })] : [],
  );
  const consumers = mappings.flatMap(({ queue }) =>
    queue ? [pollQueue(queue, { client: sqs, region, log })] : [],
  );
  const announced = notifications.flat();
  const senders = new Map(announced.map(({ queueArn }) => [queueArn, senderTo(queueArn)]));
  const announcer = announce(announced, target, s3, async (arn, message) => senders.get(arn)?.(message));

  return {
    output: (name) => {
      const output = template.Outputs?.[name];
      return output && String(resolve(output.Value, `Outputs.${name}`));
    },
    pollers,
    schedules,
    resumed: Promise.all(machines.map((machine) => machine.resume())),
    stop: async () => {
      for (const one of [...schedules, ...machines]) one.stop();
      await announcer?.stop();
      await Promise.all([...pollers, ...consumers].map((poller) => poller.stop()));
      for (const client of [dynamodb, streams, s3, sqs]) client.destroy();
    },
  };
}

function announce(
  notifications: readonly BucketNotification[],
  { engines: { objects }, aws, announcedFile, log }: DeployTarget,
  client: S3Client,
  send: (queueArn: string, message: string) => Promise<void>,
): Announcer | undefined {
  const [first] = notifications;
  if (!first) return undefined;
  if (objects) {
    const { onObjectCreated } = objects;
    return announceObjects(notifications, { client, aws, file: announcedFile, onObjectCreated, send, log });
  }
  log(
    `S3_ENDPOINT names another engine: nothing reports what is put into its bucket ${first.bucket}, so no file is imported`,
  );
  return undefined;
}
