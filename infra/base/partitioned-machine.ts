import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Chain,
  DefinitionBody,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { StepName } from '#lib/pipeline/run/run-record.ts';
import type { ServiceFunction } from './service-function.ts';

type PartitionedMachineProps = {
  /** Its name, after the stack's. */
  name: string;
  comment: string;
  timeout: Duration;
  /** The functions that it calls. */
  functions: readonly ServiceFunction[];
  definition: (scope: Construct) => IChainable;
  /** Why it has no log group, and no traces. */
  noLogsReason: string;
  noTracesReason: string;
};

/** A state machine that may do two things: call its functions, and start the parts of its Distributed Maps. */
export class PartitionedMachine extends Construct {
  readonly machine: StateMachine;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: PartitionedMachineProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    for (const { lambda } of props.functions)
      role.addToPolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }),
      );
    this.name = `${Stack.of(this).stackName}-${props.name}`;
    this.machine = new StateMachine(this, 'Machine', {
      comment: props.comment,
      stateMachineName: this.name,
      definitionBody: DefinitionBody.fromChainable(props.definition(this)),
      timeout: props.timeout,
      // What CDK adds would allow every version of each function.
      role: role.withoutPolicyUpdates(),
    });
    // CDK's policy for maps, of no role now; the next line has what it would allow.
    this.machine.node.tryRemoveChild('DistributedMapPolicy');
    this.grantMapExecutions(role);
    Validations.of(this.machine).acknowledge(
      { id: 'AwsSolutions-SF1', reason: props.noLogsReason },
      { id: 'AwsSolutions-SF2', reason: props.noTracesReason },
    );
  }

  /** Lets a function start executions, and ask how they are. @param variable of the environment: the machine's ARN */
  grantStart(fn: ServiceFunction, variable: string): void {
    fn.lambda.addEnvironment(variable, this.machine.stateMachineArn);
    fn.grant(['states:StartExecution'], this.machine.stateMachineArn);
    this.grantOnExecutions(fn.role, ['states:DescribeExecution']);
  }

  /** The parts are executions of this same machine. */
  private grantMapExecutions(role: Role): void {
    const actions = ['states:StartExecution'];
    const start = new PolicyStatement({ actions, resources: [this.machine.stateMachineArn] });
    // In a policy of its own, as the machine itself waits for the role's.
    const policy = new Policy(this, 'Parts', { roles: [role], statements: [start] });
    this.grantOnExecutions(policy, ['states:DescribeExecution', 'states:StopExecution']);
  }

  private grantOnExecutions(to: Role | Policy, actions: string[]): void {
    const arn = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.name}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const statement = new PolicyStatement({ actions, resources: [arn] });
    if (to instanceof Role) to.addToPolicy(statement);
    else to.addStatements(statement);
    Validations.of(to).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${this.name}:*]`,
      reason:
        'Executions have names that nobody knows beforehand; the right ends at the executions of this one state machine, and names each action.',
    });
  }
}

type InvokeTaskOptions = {
  fn: ServiceFunction;
  /** What the function gets; the state's whole input by default. */
  payload?: Record<string, unknown>;
  /** Instead of what the function returns: its answer is dropped, and the input goes on. */
  discardResult?: boolean;
};

/** What says that Lambda had no room or stumbled: nothing ran. */
const TRANSIENT_LAMBDA_ERRORS = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
];

/** A call of a function, which is repeated when it fails: every step of a run may be done twice. */
export function invokeTask(
  scope: Construct,
  id: string,
  { fn, payload, discardResult: dropsAnswer }: InvokeTaskOptions,
): LambdaInvoke {
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction: fn.lambda,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(fn.lambda.timeout!.plus(Duration.minutes(1))),
    ...(payload ? { payload: TaskInput.fromObject(payload) } : {}),
    ...(dropsAnswer ? { resultPath: JsonPath.DISCARD } : {}),
  });
  // A request that can never succeed, such as a date in the future.
  task.addRetry({ errors: ['ApiError'], maxAttempts: 0 });
  // An account whose concurrency is still 10 runs four times as many parts as it has room for.
  task.addRetry({
    errors: TRANSIENT_LAMBDA_ERRORS,
    interval: Duration.seconds(2),
    maxDelay: Duration.minutes(1),
    maxAttempts: 20,
    jitterStrategy: JitterType.FULL,
  });
  task.addRetry({ interval: Duration.seconds(10), backoffRate: 3, maxAttempts: 2 });
  return task;
}

type RecordFailureOptions = {
  failRun: ServiceFunction;
  step: StepName;
  /** Where the execution ends; a Fail of its own by default, as a branch cannot lead out of itself. */
  end?: IChainable;
};

/** What follows on an error in `$.error`: the run's record says which step failed and why, then the execution fails. */
export function recordFailure(
  scope: Construct,
  id: string,
  { failRun, step: failed, end }: RecordFailureOptions,
): Chain {
  const payload = { runId: JsonPath.stringAt('$.runId'), step: failed, error: JsonPath.objectAt('$.error') };
  return invokeTask(scope, id, { fn: failRun, payload, discardResult: true }).next(
    end ??
      new Fail(scope, `${id}: end`, {
        errorPath: JsonPath.stringAt('$.error.Error'),
        causePath: JsonPath.stringAt('$.error.Cause'),
      }),
  );
}
