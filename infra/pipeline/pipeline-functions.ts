import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { COUNTING_ACTIONS, ServiceFunction } from '#infra/base/service-function.ts';
import type { Storage } from '#infra/base/storage.ts';
import type { Bundles } from '#infra/bundling/bundling.ts';

export type PipelineFunctionsProps = {
  bundles: Bundles;
  storage: Pick<Storage, 'events' | 'members' | 'control' | 'data'>;
  /** What counts as what, and in which zone, as environment variables. */
  counting: Readonly<Record<string, string>>;
  /** `ZHIQUN_PROFILES` and `ZHIQUN_LIFECYCLE`, as far as they are set. */
  modelling: Readonly<Record<string, string>>;
  /** Counted into the data-quality figures. */
  failures: Queue;
};

/** The functions of the nightly pipeline, each with the rights of its step. */
export class PipelineFunctions extends Construct {
  readonly plan: ServiceFunction;
  readonly snapshot: ServiceFunction;
  readonly audit: ServiceFunction;
  readonly fit: ServiceFunction;
  readonly score: ServiceFunction;
  readonly publish: ServiceFunction;
  readonly failRun: ServiceFunction;

  constructor(scope: Construct, id: string, props: PipelineFunctionsProps) {
    super(scope, id);
    const { bundles, counting, modelling, failures } = props;
    const { events, members, control, data } = props.storage;

    this.plan = new ServiceFunction(this, 'Plan', {
      description: 'Begins a nightly run and cuts the members into parts',
      bundle: bundles.plan,
      timeout: Duration.minutes(1),
      environment: counting,
    })
      .grantTable('MEMBERS_TABLE', members, ['DescribeTable'])
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'UpdateItem'])
      .grantBucket('DATA_BUCKET', data, { 'runs/': ['GetObject', 'PutObject'] })
      .grantListBucket(data);

    this.snapshot = new ServiceFunction(this, 'Snapshot', {
      description: 'Reads one part of the members: features, training rows, ties and sums',
      bundle: bundles.snapshot,
      timeout: Duration.minutes(15),
      memoryMb: 1769, // one whole processor
      environment: counting,
    })
      .grantTable('MEMBERS_TABLE', members, ['Scan'])
      .grantTable('EVENTS_TABLE', events, ['Query'])
      .grantTable('CONTROL_TABLE', control, ['UpdateItem'])
      .grantBucket('DATA_BUCKET', data, { 'runs/': ['PutObject', 'AbortMultipartUpload'] });

    this.audit = new ServiceFunction(this, 'Audit', {
      description: 'Compares some members with the log, and rebuilds what differs',
      bundle: bundles.audit,
      timeout: Duration.minutes(15),
      memoryMb: 1769,
      environment: counting,
    })
      .grantTable('EVENTS_TABLE', events, [...COUNTING_ACTIONS.events, 'Scan'])
      .grantTable('MEMBERS_TABLE', members, COUNTING_ACTIONS.members)
      .grantTable('CONTROL_TABLE', control, ['Query', 'UpdateItem', 'DeleteItem'])
      .grantBucket('DATA_BUCKET', data, { 'runs/': ['GetObject', 'PutObject'] })
      .grantListBucket(data);

    this.fit = new ServiceFunction(this, 'Fit', {
      description: 'Fits one kind of model to all members of a run',
      bundle: bundles.fit,
      timeout: Duration.minutes(15),
      memoryMb: 3008, // the most that a new account may have
      environment: { ...counting, ...modelling },
    })
      .grantTable('CONTROL_TABLE', control, ['UpdateItem'])
      .grantBucket('DATA_BUCKET', data, {
        'runs/': ['GetObject', 'PutObject'],
        'models/': ['GetObject', 'PutObject', 'AbortMultipartUpload'],
      })
      .grantListBucket(data);

    this.score = new ServiceFunction(this, 'Score', {
      description: 'Scores one part of the members with the models of the run',
      bundle: bundles.score,
      timeout: Duration.minutes(15),
      memoryMb: 1769,
      environment: counting,
    })
      .grantTable('CONTROL_TABLE', control, ['UpdateItem'])
      .grantBucket('DATA_BUCKET', data, {
        'runs/': ['GetObject', 'PutObject', 'AbortMultipartUpload'],
        'models/': ['GetObject'],
      })
      .grantListBucket(data);

    this.publish = new ServiceFunction(this, 'Publish', {
      description: 'Puts a run’s figures in place and makes its models live',
      bundle: bundles.publish,
      timeout: Duration.minutes(15),
      memoryMb: 1769,
      environment: counting,
    })
      .grantTable('CONTROL_TABLE', control, ['GetItem', 'Query', 'UpdateItem'])
      .grantBucket('DATA_BUCKET', data, {
        'runs/': ['GetObject'],
        'features/': ['PutObject', 'DeleteObject'],
        'scores/': ['PutObject', 'DeleteObject'],
        'reports/': ['GetObject', 'PutObject'],
        'models/': ['GetObject', 'PutObject'],
      })
      .grantListBucket(data) // and what an earlier run left
      .grantQueueAttributes('FAILURES_QUEUE_URL', failures);

    this.failRun = new ServiceFunction(this, 'FailRun', {
      description: 'Says in a run’s record which step failed and why',
      bundle: bundles['fail-run'],
      timeout: Duration.minutes(1),
      environment: counting,
    }).grantTable('CONTROL_TABLE', control, ['GetItem', 'UpdateItem']);
  }

  /** By the name they have in graphs. */
  get all(): Readonly<Record<string, ServiceFunction>> {
    const { plan, snapshot, audit, fit, score, publish, failRun } = this;
    return { plan, snapshot, audit, fit, score, publish, failRun };
  }
}
