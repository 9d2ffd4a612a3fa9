import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, DistributedMap, JsonPath, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
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
