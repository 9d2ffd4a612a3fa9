import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from '#infra/base/settings.ts';

/** All that lasts: the event log, what is derived from it, and the buckets. In prod it outlives the stack. */
export class Storage extends Construct {
  readonly events: Table;
  readonly members: Table;
  readonly rewards: Table;
  readonly control: Table;
  readonly data: Bucket;
  readonly imports: Bucket;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const lasting = settings.stage === 'prod';
    const removalPolicy = lasting ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const table = (name: string, hashKey: string, more: { ttl?: string; stream?: StreamViewType } = {}) =>
      new Table(this, name, {
        partitionKey: { name: hashKey, type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.AWS_MANAGED,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: lasting,
        removalPolicy,
        ...(more.ttl ? { timeToLiveAttribute: more.ttl } : {}),
        ...(more.stream ? { stream: more.stream } : {}),
      });
    this.events = table('Events', 'userId', { ttl: 'expiresAt', stream: StreamViewType.NEW_AND_OLD_IMAGES });
    this.members = table('Members', 'userId');
    this.rewards = table('Rewards', 'userId');
    this.control = table('Control', 'pk', { ttl: 'expiresAt' });

    const bucket = (name: string, { lifecycleRules = [], ...more }: BucketProps = {}) => {
      const made = new Bucket(this, name, {
        encryption: BucketEncryption.S3_MANAGED,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforceSSL: true,
        versioned: true,
        removalPolicy,
        // Of rules that overlap, S3 follows the one that deletes first.
        lifecycleRules: [
          {
            noncurrentVersionExpiration: Duration.days(30),
            abortIncompleteMultipartUploadAfter: Duration.days(7),
          },
          ...lifecycleRules,
        ],
        ...more,
      });
      Validations.of(made).acknowledge({
        id: 'AwsSolutions-S1',
        reason:
          'Server access logs come hours late and incomplete, and only this stack’s own roles can read the bucket. Who needs an audit trail turns on CloudTrail data events for the account.',
      });
      return made;
    };
    this.data = bucket('Data', {
      lifecycleRules: [{ prefix: 'runs/', expiration: Duration.days(30) }],
    });
    this.imports = bucket('Imports', {
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(2) },
        { prefix: 'imports/', expiration: Duration.days(90) },
        { prefix: 'rejected/', expiration: Duration.days(90) },
      ],
      // Browsers put files here by presigned URLs, which are the right to do so. An upload in parts needs the ETags.
      cors: [
        {
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: ['*'],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
    });
  }
}
