import { CfnOutput, Duration, Stack, type StackProps, TimeZone, Validations } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { QueueConsumer, StreamConsumer } from '#infra/base/event-sources.ts';
import { ImportQueue } from '#infra/base/import-queue.ts';
import { ScheduledCall } from '#infra/base/scheduled-call.ts';
import { COUNTING_ACTIONS, ServiceFunction } from '#infra/base/service-function.ts';
import type { Settings } from '#infra/base/settings.ts';
import { Storage } from '#infra/base/storage.ts';
import type { Bundles } from '#infra/bundling/bundling.ts';
import { HttpEntry } from '#infra/http.ts';
import { Observability } from '#infra/observability/dashboard.ts';
import { NightlyPipeline } from '#infra/pipeline/nightly-pipeline.ts';

import { PipelineFunctions } from '#infra/pipeline/pipeline-functions.ts';
import { RebuildMachine } from '#infra/rebuild-machine.ts';

export type ZhiqunStackProps = StackProps & { settings: Settings; bundles: Bundles };

/** zhiqun as a whole. */
export class ZhiqunStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: ZhiqunStackProps) {
    super(scope, id, { terminationProtection: settings.stage === 'prod', ...props });
    const storage = new Storage(this, 'Storage', settings);
    const { events, members, rewards, control, data, imports } = storage;
    const failures = this.queue('Failures');
    const countingFailures = this.queue('CountingFailures', {
      visibilityTimeout: Duration.minutes(30), // six times the time limit of `recover`, as Lambda asks for
      deadLetterQueue: { queue: failures, maxReceiveCount: 8 },
    });
    const toImport = new ImportQueue(this, 'Imports', { bucket: imports, failures }).queue;
    const ownerKey = this.ownerKey();
    const counting = {
      ZHIQUN_TIME_ZONE: settings.timeZone,
      ZHIQUN_CURRENCY: settings.currency,
      ...(settings.taxonomy === undefined ? {} : { ZHIQUN_TAXONOMY: settings.taxonomy }),
    };
    const modelling = {
      ...(settings.profiles === undefined ? {} : { ZHIQUN_PROFILES: String(settings.profiles) }),
      ...(settings.lifecycle === undefined ? {} : { ZHIQUN_LIFECYCLE: settings.lifecycle }),
    };

    const track = new ServiceFunction(this, 'Track', {
      description: 'Records what apps send through Segment SDKs',
      bundle: bundles.track,
      timeout: Duration.seconds(29),
      sourceMaps: false, // the one function whose start apps wait for
      environment: { RETENTION_DAYS: String(settings.retentionDays) },
    })
      .grantTable('EVENTS_TABLE', events, ['BatchWriteItem'])
      .grantTable('CONTROL_TABLE', control, ['GetItem']);

    const aggregate = new ServiceFunction(this, 'Aggregate', {
      description: 'Counts for each member what the log says',
      bundle: bundles.aggregate,
      timeout: Duration.minutes(1),
      memoryMb: 1769, // one whole processor: a shard brings up to 1,000 events a second
      reservedConcurrency: settings.stage === 'prod' ? 100 : undefined,
      environment: counting,
    })
      .grantTable('EVENTS_TABLE', events, COUNTING_ACTIONS.events)
      .grantTable('MEMBERS_TABLE', members, COUNTING_ACTIONS.members)
      .grantSendMessages('COUNTING_FAILURES_QUEUE_URL', countingFailures);

    const recover = new ServiceFunction(this, 'Recover', {
      description: 'Rebuilds the members whose records counting gave up',
      bundle: bundles.recover,
      timeout: Duration.minutes(5),
      environment: counting,
    })
      .grantReadStream(events)
      .grantTable('EVENTS_TABLE', events, COUNTING_ACTIONS.events)
      .grantTable('MEMBERS_TABLE', members, COUNTING_ACTIONS.members)
      .grantTable('CONTROL_TABLE', control, ['PutItem'])
      .grantSendMessages('COUNTING_FAILURES_QUEUE_URL', countingFailures);

    const api = new ServiceFunction(this, 'MembersApi', {
      description: 'Answers for one member and keeps the access keys',
      bundle: bundles.api,
      timeout: Duration.seconds(29),
      environment: counting,
    })
      .grantTable('EVENTS_TABLE', events, COUNTING_ACTIONS.events)
      .grantTable('MEMBERS_TABLE', members, COUNTING_ACTIONS.members)
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'Query', 'PutItem', 'UpdateItem'])
      .grantBucket('DATA_BUCKET', data, { 'reports/': ['GetObject'], 'models/': ['GetObject', 'PutObject'] })
      .grantListBucket(data)
      .grantBucket('IMPORTS_BUCKET', imports, {
        'imports/': ['PutObject', 'AbortMultipartUpload'], // by presigned URLs
        'rejected/': ['GetObject'],
      })
      .grantListBucket(imports)
      .grantReadSecret('OWNER_SECRET_ARN', ownerKey);

    const console = new ServiceFunction(this, 'Console', {
      description: 'The pages of operators',
      bundle: bundles.console,
      timeout: Duration.seconds(29),
      memoryMb: 1769, // draws charts
      environment: counting,
    })
      .grantTable('EVENTS_TABLE', events, COUNTING_ACTIONS.events)
      .grantTable('MEMBERS_TABLE', members, [...COUNTING_ACTIONS.members, 'Scan'])
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'Query', 'PutItem', 'UpdateItem'])
      .grantBucket('DATA_BUCKET', data, {
        'reports/': ['GetObject'],
        'models/': ['GetObject', 'PutObject'],
        'scores/': ['GetObject'],
      })
      .grantListBucket(data)
      .grantBucket('IMPORTS_BUCKET', imports, {
        'imports/': ['PutObject', 'AbortMultipartUpload'], // by presigned URLs
        'rejected/': ['GetObject'],
      })
      .grantListBucket(imports)
      .grantReadSecret('OWNER_SECRET_ARN', ownerKey);

    const importer = new ServiceFunction(this, 'Import', {
      description: 'Imports files that were put into the imports bucket',
      bundle: bundles.import,
      timeout: Duration.minutes(5),
      environment: {
        RETENTION_DAYS: String(settings.retentionDays),
        ZHIQUN_TIME_ZONE: settings.timeZone,
      },
    })
      .grantTable('EVENTS_TABLE', events, ['BatchWriteItem'])
      .grantTable('MEMBERS_TABLE', members, ['BatchGetItem'])
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'PutItem'])
      .grantBucket('IMPORTS_BUCKET', imports, {
        'imports/': ['GetObject'],
        'rejected/': ['GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload'],
      })
      .grantListBucket(imports)
      .grantSendMessages('IMPORTS_QUEUE_URL', toImport);

    const pipelineFunctions = new PipelineFunctions(this, 'Nightly', {
      bundles,
      storage,
      counting,
      modelling,
      failures,
    });
    const pipeline = new NightlyPipeline(this, 'Night', pipelineFunctions);
    for (const fn of [api, console]) pipeline.grantStart(fn, 'NIGHT_ARN');

    const rebuildMembers = new ServiceFunction(this, 'RecountMembers', {
      description: 'Rebuilds a part of the members',
      bundle: bundles.recount,
      timeout: Duration.minutes(15),
      memoryMb: 1769, // one whole processor
      environment: counting,
    })
      .grantTable('EVENTS_TABLE', events, [...COUNTING_ACTIONS.events, 'Scan'])
      .grantTable('MEMBERS_TABLE', members, [...COUNTING_ACTIONS.members, 'Scan'])
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'Query', 'UpdateItem']);
    const rebuilds = new RebuildMachine(this, 'Recount', rebuildMembers);
    const checkRules = new ServiceFunction(this, 'Rules', {
      description: 'Starts a rebuild of all members when the counting rules have changed',
      bundle: bundles.rules,
      timeout: Duration.minutes(1),
      environment: counting,
      deadLetterQueue: failures,
    })
      .grantTable('EVENTS_TABLE', events, ['Scan'])
      .grantTable('MEMBERS_TABLE', members, ['Scan'])
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'Query', 'PutItem', 'UpdateItem']);
    for (const fn of [api, console, checkRules]) rebuilds.grantStart(fn, 'RECOUNT_ARN');

    const http = new HttpEntry(this, 'Http', { track, api, console });
    new StreamConsumer(this, 'Counting', { from: events, to: aggregate, failures: countingFailures });
    new QueueConsumer(this, 'Recovering', {
      from: countingFailures,
      to: recover,
      batchSize: 1,
      maxConcurrency: 2,
    });
    new QueueConsumer(this, 'Importing', { from: toImport, to: importer, batchSize: 1, maxConcurrency: 5 });
    new ScheduledCall(this, 'EveryNight', {
      description: 'The nightly run',
      schedule: ScheduleExpression.cron({
        minute: '0',
        hour: String(settings.nightHour),
        timeZone: TimeZone.of(settings.timeZone),
      }),
      target: { arn: pipeline.machine.stateMachineArn, action: 'states:StartExecution' },
      retry: { attempts: 20, within: Duration.hours(2) },
      failures,
    });
    // Rather than a resource that acts during the deploy: this also resumes a rebuild that stopped, and a deploy neither
    // waits for it nor fails by it. A check reads one item.
    new ScheduledCall(this, 'RulesCheck', {
      description: 'Whether all members are counted by the rules of now',
      schedule: ScheduleExpression.rate(Duration.minutes(20)),
      target: { arn: checkRules.lambda.functionArn, action: 'lambda:InvokeFunction' },
      // The next check comes by itself.
      retry: { attempts: 2, within: Duration.minutes(10) },
      failures,
    });

    new Observability(this, 'Observability', {
      http: http.api,
      functions: { track, aggregate, recover, api, console, import: importer },
      pipeline: pipeline.machine,
      rebuilds: rebuilds.machine,
      machineFunctions: { ...pipelineFunctions.all, recount: rebuildMembers, rules: checkRules },
      modelReaders: { api, console },
      streamConsumers: { aggregate },
      queues: { imports: toImport, countingFailures },
      tables: { events, members, rewards, control },
      failures,
      alarmEmail: settings.alarmEmail,
    });

    this.output('ApiUrl', http.api.apiEndpoint);
    this.output('OwnerSecretArn', ownerKey.secretArn);
    this.output('EventsTable', events.tableName);
    this.output('MembersTable', members.tableName);
    this.output('RewardsTable', rewards.tableName);
    this.output('ControlTable', control.tableName);
    this.output('DataBucket', data.bucketName);
    this.output('ImportsBucket', imports.bucketName);
    this.output('NightArn', pipeline.machine.stateMachineArn);
    this.output('FailuresQueueUrl', failures.queueUrl);
    this.output('CountingFailuresQueueUrl', countingFailures.queueUrl);
    this.output('ImportsQueueUrl', toImport.queueUrl);
  }

  private queue(id: string, props: QueueProps = {}): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...props,
    });
  }

  private ownerKey(): Secret {
    const secret = new Secret(this, 'OwnerKey', {
      description: 'The first owner key of the API. Make personal keys with it through POST /v1/keys.',
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The key is for the first minutes and for emergencies; nothing is configured with it that a rotation would have to update. `aws secretsmanager put-secret-value` replaces it at any time.',
    });
    return secret;
  }

  private output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
