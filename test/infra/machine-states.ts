import { localAws } from '#infra/local/host/aws-environment.ts';
import { identifyResource } from '#infra/local/template/identity.ts';
import { createResolver } from '#infra/local/template/intrinsics.ts';
import { type synthesize, target } from '#test/infra/synthesize.ts';

export type State = {
  Type: string;
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: { ErrorEquals: string[] }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State>; ProcessorConfig: object };
  MaxConcurrency?: number;
};

/** A state machine of the stack as it would be deployed to this machine. @param prefix of its logical id */
export function deployedMachine({ all, one, template }: ReturnType<typeof synthesize>, prefix: string) {
  const aws = localAws({});
  const deployed = new Map(
    Object.entries(template.Resources).map(([logicalId, resource]) => [
      logicalId,
      identifyResource(logicalId, resource, aws, { sqs: 'http://sqs', api: 'http://api' }).deployed,
    ]),
  );
  const pseudo = { Region: aws.region, AccountId: aws.accountId, StackName: 'Zhiqun' };
  const resolve = createResolver({ template, deployed, pseudo });
  const { id, Properties } = one('AWS::StepFunctions::StateMachine', prefix);
  const definition = JSON.parse(String(resolve(Properties['DefinitionString'], id)));
  const role = target(Properties['RoleArn']);

  return {
    arn: deployed.get(id)!.ref,
    definition,
    /** every state at any depth, by its name */
    states: collectStates(definition),
    /** seconds that a function may take */
    limitOf: (arn: string): number =>
      all('AWS::Lambda::Function').find((fn) => deployed.get(fn.id)!.attributes!['Arn'] === arn)!.Properties[
        'Timeout'
      ],
    /** what its role may do: actions and resources */
    rights: all('AWS::IAM::Policy')
      .filter(({ Properties: { Roles } }) => Roles.some((ref: { Ref: string }) => ref.Ref === role))
      .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement)
      .map(({ Action, Resource }) => [Action, [resolve(Resource, 'test')].flat().sort()]),
  };
}

const collectStates = (machine: { States: Record<string, State> }): [string, State][] =>
  Object.entries(machine.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(
      collectStates,
    ),
  ]);
