import { type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export type ServiceFunctionProps = {
  /** Directory of the bundle, as `bundleFunctions` made it. */
  bundle: string;
  description: string;
  timeout: Duration;
  /** Processor and network grow with it; 1,769 is one whole processor. 1,024 by default. */
  memoryMb?: number;
  /** Off saves 5 to 10 ms of every start, and leaves the stack traces in the log minified. On by default. */
  sourceMaps?: boolean;
  /** Plain settings; tables, queues and secrets come with `table`, `queue` and `secret`. */
  environment?: Record<string, string>;
  /** Upper bound of instances at once; without it the account's limit holds. */
  reservedConcurrency?: number | undefined;
  /** Where Lambda puts an event after its own retries of an asynchronous call. */
  deadLetterQueue?: Queue;
};

/** A Lambda function with its own role and log group. What it may touch is named one action at a time. */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.grant(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logs.logGroupArn);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle),
      memorySize: props.memoryMb ?? 1024,
      timeout: props.timeout,
      role: this.role,
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON, // of what Lambda itself writes; ours are JSON as they are
      environment: {
        ...(props.sourceMaps === false ? {} : { NODE_OPTIONS: '--enable-source-maps' }),
        ...props.environment,
      },
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.deadLetterQueue ? { deadLetterQueue: props.deadLetterQueue } : {}),
    });
  }

  /** Tells the function the table's name and lets it do exactly these DynamoDB actions on it. */
  grantTable(variable: string, table: Table, actions: readonly TableAction[]): this {
    this.lambda.addEnvironment(variable, table.tableName);
    return this.grant(
      actions.map((action) => `dynamodb:${action}`),
      table.tableArn,
    );
  }

  /** Lets the function read records of the table's stream that a message names. */
  grantReadStream(table: Table): this {
    if (!table.tableStreamArn)
      throw new Error(`${table.node.path} has no stream, ${this.node.path} cannot read it`);
    return this.grant(['dynamodb:GetRecords', 'dynamodb:GetShardIterator'], table.tableStreamArn);
  }

  /** Tells the function the queue's URL and lets it send there. */
  grantSendMessages(variable: string, queue: Queue): this {
    this.lambda.addEnvironment(variable, queue.queueUrl);
    return this.grant(['sqs:SendMessage'], queue.queueArn);
  }

  /** Tells the function the queue's URL and lets it see how many messages wait there. */
  grantQueueAttributes(variable: string, queue: Queue): this {
    this.lambda.addEnvironment(variable, queue.queueUrl);
    return this.grant(['sqs:GetQueueAttributes'], queue.queueArn);
  }

  /** Tells the function the bucket's name and lets it do exactly these things to objects below each prefix. */
  grantBucket(
    variable: string,
    bucket: Bucket,
    prefixes: Readonly<Record<`${string}/`, readonly ObjectAction[]>>,
  ): this {
    this.lambda.addEnvironment(variable, bucket.bucketName);
    const bucketId = Stack.of(this).resolve((bucket.node.defaultChild as CfnBucket).logicalId);
    for (const [prefix, actions] of Object.entries(prefixes)) {
      this.grant(
        actions.map((action) => `s3:${action}`),
        bucket.arnForObjects(`${prefix}*`),
      );
      Validations.of(this.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`,
        reason:
          'Objects have names that nobody knows beforehand; the right ends at a prefix of one bucket, and names each action.',
      });
    }
    return this;
  }

  /** Lets the function see that an object is not there: without this right S3 says that access was denied. */
  grantListBucket(bucket: Bucket): this {
    return this.grant(['s3:ListBucket'], bucket.bucketArn);
  }

  /** Tells the function the secret's ARN and lets it read the value. */
  grantReadSecret(variable: string, secret: Secret): this {
    this.lambda.addEnvironment(variable, secret.secretArn);
    return this.grant(['secretsmanager:GetSecretValue'], secret.secretArn);
  }

  /** Lets the function do these actions on this one resource. */
  grant(actions: readonly string[], resourceArn: string): this {
    this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resourceArn] }));
    return this;
  }
}

export type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject' | 'AbortMultipartUpload';

export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'DescribeTable';

/** What counting members needs to do. Events are written and deleted to move those of an anonymous id to its member. */
export const COUNTING_ACTIONS = {
  events: ['Query', 'BatchGetItem', 'PutItem', 'DeleteItem'],
  members: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
} as const satisfies Record<string, readonly TableAction[]>;
