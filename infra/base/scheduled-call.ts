import { Aws, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, type ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

type ScheduledCallProps = {
  description: string;
  schedule: ScheduleExpression;
  target: { arn: string; action: 'states:StartExecution' | 'lambda:InvokeFunction' };
  retry: { attempts: number; within: Duration };
  /** Where a call that could not be delivered goes. */
  failures: Queue;
};

/** Calls something again and again. EventBridge may do so twice at a time; what is called must not mind. */
export class ScheduledCall extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledCallProps) {
    super(scope, id);
    const { description, schedule, target, retry, failures } = props;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: [target.action], resources: [target.arn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }));
    new Schedule(this, 'Schedule', {
      description,
      schedule,
      target: {
        bind: () => ({
          arn: target.arn,
          role,
          retryPolicy: {
            maximumRetryAttempts: retry.attempts,
            maximumEventAgeInSeconds: retry.within.toSeconds(),
          },
          deadLetterConfig: { arn: failures.queueArn },
        }),
      },
    });
  }
}
