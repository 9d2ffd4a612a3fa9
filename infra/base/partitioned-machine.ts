import { ArnFormat, type Duration, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, type IChainable, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/base/service-function.ts';

export type PartitionedMachineProps = {
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

  /** Lets a function start executions, and ask how they are. @param variable tells it the machine's ARN */
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
