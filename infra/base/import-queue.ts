import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export type ImportQueueProps = {
  /** Its objects under `imports/` are announced. */
  bucket: Bucket;
  /** Takes the messages that failed three times. */
  failures: Queue;
};

/** The queue in which S3 announces every file to be imported. */
export class ImportQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { bucket, failures }: ImportQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(30), // six times the function's time limit, as Lambda asks for
      deadLetterQueue: { queue: failures, maxReceiveCount: 3 },
    });
    // The bucket cannot be created before the queue lets it in, so the policy cannot name the bucket.
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': buildAnyBucketArn(this) },
        },
      }),
    );
    // Written by hand, as CDK's own way brings along a function that may change the notifications of any bucket.
    const resource = bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: 'imports/' }] } },
        },
      ],
    };
    resource.node.addDependency(this.queue.node.findChild('Policy'));
  }
}

function buildAnyBucketArn(scope: Construct): string {
  const arn = {
    service: 's3',
    region: '',
    account: '',
    resource: '*',
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  };
  return Stack.of(scope).formatArn(arn);
}
