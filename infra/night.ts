import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  DefinitionBody,
  DistributedMap,
  Fail,
  type IChainable,
  JsonPath,
  Parallel,
  Pass,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/function.ts';
import type { NightFunctions } from '#infra/night-functions.ts';
import { failing, step } from '#infra/night-step.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';

/** Parts that are worked on at the same time. */
const PARTS_AT_ONCE = 40;

/**
 * The nightly run as a state machine: plan → snapshot of all members in parts → the fits beside each other → scores in
 * parts → publish. An execution's name is its run's id. Its input is `{}` or `{asOf, by}`; from state to state go the
 * run's id, its date and the list of its parts, never data.
 */
export class Night extends Construct {
  readonly machine: StateMachine;
  private readonly name: string;

  constructor(scope: Construct, id: string, functions: NightFunctions) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    for (const { lambda } of Object.values(functions.all))
      role.addToPolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }),
      );
    this.name = `${Stack.of(this).stackName}-night`;
    this.machine = new StateMachine(this, 'Machine', {
      comment: 'The nightly run of zhiqun',
      stateMachineName: this.name,
      definitionBody: DefinitionBody.fromChainable(this.definition(functions)),
      timeout: Duration.hours(6),
      // What CDK adds would allow every version of each function.
      role: role.withoutPolicyUpdates(),
    });
    // CDK's policy for maps, of no role now; the next line has what it would allow.
    this.machine.node.tryRemoveChild('DistributedMapPolicy');
    this.letMapsStartTheirParts(role);
    Validations.of(this.machine).acknowledge(
      {
        id: 'AwsSolutions-SF1',
        reason:
          'Step Functions itself keeps every event of a standard execution for 90 days, and each run has a record of its steps; a second copy in a log group would need the right to manage all log deliveries of the account.',
      },
      {
        id: 'AwsSolutions-SF2',
        reason:
          'A run has a dozen calls of functions, whose times its history already shows. Traces would need rights on all resources, and the functions send none.',
      },
    );
  }

  private definition(functions: NightFunctions): IChainable {
    const { plan, snapshot, audit, fit, score, publish, failRun } = functions;
    const run = { runId: JsonPath.stringAt('$.runId'), asOf: JsonPath.stringAt('$.asOf') };
    const failed = new Fail(this, 'Run failed', {
      errorPath: JsonPath.stringAt('$.error.Error'),
      causePath: JsonPath.stringAt('$.error.Cause'),
    });

    /** A step that is done part by part, each in an execution of its own: their histories would not fit into one. */
    const inParts = (name: 'snapshot' | 'score', fn: ServiceFunction) => {
      const part = step(this, `${capital(name)} a part`, { fn });
      part.addCatch(failing(this, `${capital(name)} of a part failed`, { failRun, step: name }), {
        resultPath: '$.error',
      });
      const map = new DistributedMap(this, capital(name), {
        label: name,
        itemsPath: '$.parts',
        maxConcurrency: PARTS_AT_ONCE,
        resultPath: JsonPath.DISCARD,
      }).itemProcessor(part);
      return map.addCatch(failing(this, `${capital(name)} failed`, { failRun, step: name, end: failed }), {
        resultPath: '$.error',
      });
    };

    const fits = new Parallel(this, 'Fit', { resultPath: JsonPath.DISCARD });
    for (const kind of MODEL_KINDS) {
      const one = step(this, `Fit ${kind}`, { fn: fit, payload: { ...run, kind } });
      fits.branch(
        one.addCatch(failing(this, `Fit of ${kind} failed`, { failRun, step: `fit-${kind}` }), {
          resultPath: '$.error',
        }),
      );
    }
    // The night goes on without it, and the report says so.
    const check = step(this, 'Audit', { fn: audit, payload: run });
    fits.branch(check.addCatch(new Pass(this, 'Audit failed'), { resultPath: '$.error' }));
    fits.addCatch(failed, { resultPath: '$.error' });

    const first = step(this, 'Plan', { fn: plan });
    first.addCatch(failing(this, 'Plan failed', { failRun, step: 'plan', end: failed }), {
      resultPath: '$.error',
    });
    const last = step(this, 'Publish', { fn: publish, payload: run });
    last.addCatch(failing(this, 'Publish failed', { failRun, step: 'publish', end: failed }), {
      resultPath: '$.error',
    });
    // A path into the context may be a state's whole input; so the name gets beside what the execution was given.
    return new Pass(this, 'Name', { inputPath: '$$.Execution.Name', resultPath: '$.runId' })
      .next(first)
      .next(inParts('snapshot', snapshot))
      .next(fits)
      .next(inParts('score', score))
      .next(last);
  }

  /** Lets a function start the night, and ask how executions of it are. */
  startedBy(fn: ServiceFunction): void {
    fn.lambda.addEnvironment('NIGHT_ARN', this.machine.stateMachineArn);
    fn.allow(['states:StartExecution'], this.machine.stateMachineArn);
    this.allowOnExecutions(fn.role, ['states:DescribeExecution']);
  }

  /** The parts are executions of this same machine. */
  private letMapsStartTheirParts(role: Role): void {
    const actions = ['states:StartExecution'];
    const start = new PolicyStatement({ actions, resources: [this.machine.stateMachineArn] });
    // In a policy of its own, as the machine itself waits for the role's.
    const policy = new Policy(this, 'Parts', { roles: [role], statements: [start] });
    this.allowOnExecutions(policy, ['states:DescribeExecution', 'states:StopExecution']);
  }

  private allowOnExecutions(to: Role | Policy, actions: string[]): void {
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

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
