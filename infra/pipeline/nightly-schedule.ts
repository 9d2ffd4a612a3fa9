import { Aws, Duration, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export type NightlyScheduleProps = {
  description: string;
  /** Hour of the day, 0–23, in `timeZone`. */
  hour: number;
  /** IANA zone. */
  timeZone: string;
  machine: StateMachine;
  /** Where a start that could not be delivered goes. */
  failures: Queue;
};

/** Starts a state machine once a day. EventBridge may start it twice; the second run must not mind the first. */
export class NightlySchedule extends Construct {
  constructor(scope: Construct, id: string, props: NightlyScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const machineArn = props.machine.stateMachineArn;
    const queueArn = props.failures.queueArn;
    role.addToPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [machineArn] }));
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
          arn: machineArn,
          role,
          retryPolicy: { maximumRetryAttempts: 20, maximumEventAgeInSeconds: Duration.hours(2).toSeconds() },
          deadLetterConfig: { arn: queueArn },
        }),
      },
    });
  }
}
