import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/base/service-function.ts';

export type QueueConsumerProps = {
  /** Needs a dead-letter queue: without one, a message that always fails comes for ever. */
  from: Queue;
  to: ServiceFunction;
  /** Messages per call. */
  batchSize: number;
  /** Calls at once, 2 or more. */
  maxConcurrency: number;
};

/** Feeds a queue's messages to a function, which tells those that failed; they come again until the queue gives up. */
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
