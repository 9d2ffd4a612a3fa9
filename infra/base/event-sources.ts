import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** Feeds every change of a table to a function, at least once, and never gives up silently. */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: { from: Table; to: ServiceFunction; failures: Queue }) {
    super(scope, id);
    const streamArn = props.from.tableStreamArn;
    if (!streamArn)
      throw new Error(`${props.from.node.path} has no stream, ${this.node.path} cannot read it`);
    props.to
      .grant(
        [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        streamArn,
      )
      .grant(['sqs:SendMessage'], props.failures.queueArn);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: props.to.lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      // A day is counted once for all of its events in a batch; more than a shard takes in a second, for when it is behind.
      batchSize: 2_500,
      maxBatchingWindow: Duration.seconds(1),
      // Not for the order, on which nothing rests: with more, the events of one request are counted by several calls,
      // each with a write of its own to the same item.
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // A dropped record is a wrong count until the member is counted again, so retry as often as Lambda can, and give up
      // while the stream (24 h) still has the records: the failure message says where they lie, not what they are, and
      // its consumer has an hour to read them.
      retryAttempts: 10_000,
      maxRecordAge: Duration.hours(23),
      onFailure: { bind: () => ({ destination: props.failures.queueArn }) },
    });
    mapping.node.addDependency(props.to.role);
  }
}

type QueueConsumerProps = {
  /** Needs a dead-letter queue: without one, a message that always fails comes for ever. */
  from: Queue;
  to: ServiceFunction;
  /** Messages per call. */
  batchSize: number;
  /** Calls at once, 2 or more. */
  maxConcurrency: number;
};

/** Feeds a queue's messages to a function, which reports those that failed; they come again until the queue gives up. */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, { from, to, batchSize, maxConcurrency }: QueueConsumerProps) {
    super(scope, id);
    if (!from.deadLetterQueue)
      throw new Error(`${from.node.path} has no dead-letter queue, ${this.node.path} may not consume it`);
    to.grant(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      from.queueArn,
    );
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: to.lambda,
      eventSourceArn: from.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    mapping.node.addDependency(to.role);
  }
}
