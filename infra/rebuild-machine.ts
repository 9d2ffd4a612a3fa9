import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Choice, Condition, DistributedMap, JsonPath, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { invokeTask, PartitionedMachine } from '#infra/base/partitioned-machine.ts';

import type { ServiceFunction } from '#infra/base/service-function.ts';

/** Parts that are worked on at the same time: they leave apps half of the ten calls that a new account has. */
const MAX_CONCURRENT_PARTS = 5;

/**
 * Rebuilds members as a state machine: its input lists the parts of a job (`{parts: [{recountId, part}]}`), and for each
 * part the function is called again and again until it says that the part is through. How far a part is, it keeps itself;
 * so an execution that fails or is stopped is followed by another with the same input.
 */
export class RebuildMachine extends PartitionedMachine {
  constructor(scope: Construct, id: string, fn: ServiceFunction) {
    super(scope, id, {
      name: 'recount',
      comment: 'Rebuilds members of zhiqun',
      timeout: Duration.hours(24),
      functions: [fn],
      definition: (recount) => {
        const part = invokeTask(recount, 'Count a part', { fn });
        part.next(
          new Choice(recount, 'Is it through?')
            .when(Condition.booleanEquals('$.done', true), new Succeed(recount, 'Part counted'))
            .otherwise(part),
        );
        return new DistributedMap(recount, 'Count', {
          label: 'count',
          itemsPath: '$.parts',
          maxConcurrency: MAX_CONCURRENT_PARTS,
          resultPath: JsonPath.DISCARD,
        }).itemProcessor(part);
      },
      noLogsReason:
        'Step Functions itself keeps every event of a standard execution for 90 days, and each job has a record of its parts; a second copy in a log group would need the right to manage all log deliveries of the account.',
      noTracesReason:
        'A job is calls of one function, whose times its history already shows. Traces would need rights on all resources, and the function sends none.',
    });
  }
}

type RulesScheduleProps = {
  fn: ServiceFunction;
  /** Where a call that could not be delivered goes. */
  failures: Queue;
};

/**
 * Lets a function check every twenty minutes whether a deploy has brought other counting rules, and start a rebuild then. A
 * schedule rather than a resource that acts during the deploy: it also resumes a rebuild that stopped, and a deploy neither
 * waits for it nor fails by it. A check reads one item.
 */
export class RulesSchedule extends Construct {
  constructor(scope: Construct, id: string, { fn, failures }: RulesScheduleProps) {
    super(scope, id);
    const arn = fn.lambda.functionArn;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }));
    new Schedule(this, 'Schedule', {
      description: 'Whether all members are counted by the rules of now',
      schedule: ScheduleExpression.rate(Duration.minutes(20)),
      target: {
        bind: () => ({
          arn,
          role,
          // The next check comes by itself.
          retryPolicy: {
            maximumRetryAttempts: 2,
            maximumEventAgeInSeconds: Duration.minutes(10).toSeconds(),
          },
          deadLetterConfig: { arn: failures.queueArn },
        }),
      },
    });
  }
}
