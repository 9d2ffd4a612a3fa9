import { Aws, Duration, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/function.ts';

export type NightlyProps = {
  description: string;
  /** Hour of the day, 0–23, in `timeZone`. */
  hour: number;
  /** IANA zone. */
  timeZone: string;
  run: ServiceFunction;
  /** Where a start that could not be delivered goes. */
  failures: Queue;
};

/** Starts a function once a day. EventBridge may start it twice; the function must not mind. */
export class Nightly extends Construct {
  constructor(scope: Construct, id: string, props: NightlyProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const functionArn = props.run.lambda.functionArn;
    const queueArn = props.failures.queueArn;
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    new Schedule(this, 'Schedule', {
      description: props.description,
      schedule: ScheduleExpression.cron({
        minute: '0',
        hour: String(props.hour),
        timeZone: TimeZone.of(props.timeZone),
      }),
      target: {
        bind: () => ({
          arn: functionArn,
          role,
          retryPolicy: { maximumRetryAttempts: 20, maximumEventAgeInSeconds: Duration.hours(2).toSeconds() },
          deadLetterConfig: { arn: queueArn },
        }),
      },
    });
  }
}
