import type { LocalAws } from '#infra/local/host/aws-environment.ts';
import type { TemplateResource } from './assembly.ts';
import type { Deployed } from './intrinsics.ts';

/** What is known of a resource before it exists, because names here are chosen, not assigned. */
type Identity = { name: string; arn: string; deployed: Deployed };

/**
 * Names a resource and answers `Ref` and `Fn::GetAtt` for it, as far as these do not depend on creating it.
 * @param addresses of the SQS engine and of the HTTP API
 */
export function identifyResource(
  id: string,
  { Type, Properties = {} }: TemplateResource,
  aws: Pick<LocalAws, 'region' | 'accountId'>,
  addresses: { sqs: string; api: string },
): Identity {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${aws.region}:${aws.accountId}:${rest}`;
  const as = (
    name: string,
    itsArn: string,
    ref = name,
    attributes: Record<string, string> = {},
  ): Identity => ({
    name,
    arn: itsArn,
    deployed: { ref, attributes: { Arn: itsArn, ...attributes } },
  });

  switch (Type) {
    case 'AWS::DynamoDB::Table': {
      const name = buildPhysicalName(id, Properties['TableName']);
      return as(name, arn('dynamodb', `table/${name}`));
    }
    case 'AWS::S3::Bucket': {
      const name = buildPhysicalName(id, Properties['BucketName']);
      return as(name, `arn:aws:s3:::${name}`);
    }
    case 'AWS::SQS::Queue': {
      const name = buildPhysicalName(id, Properties['QueueName']);
      const url = new URL(`/${aws.accountId}/${name}`, addresses.sqs).href;
      return as(name, arn('sqs', name), url, { QueueName: name, QueueUrl: url });
    }
    case 'AWS::SecretsManager::Secret': {
      const secret = arn('secretsmanager', `secret:${buildPhysicalName(id, Properties['Name'])}-local0`);
      return as(secret, secret, secret, { Id: secret });
    }
    case 'AWS::Lambda::Function': {
      const name = buildPhysicalName(id.replace(/Function(?=[0-9A-F]{8}$)/, ''), Properties['FunctionName']);
      return as(name, arn('lambda', `function:${name}`));
    }
    case 'AWS::StepFunctions::StateMachine': {
      const name = buildPhysicalName(id, Properties['StateMachineName']);
      const machine = arn('states', `stateMachine:${name}`);
      return as(name, machine, machine, { Name: name });
    }
    case 'AWS::ApiGatewayV2::Api':
      return as(id, arn('apigateway', `/apis/${id}`), id, { ApiId: id, ApiEndpoint: addresses.api });
    default:
      return as(buildPhysicalName(id), arn('local', id), id);
  }
}

/**
 * A name for a resource that the template leaves nameless: the same at every start, so that data is found again.
 * `StorageEvents1AF1C090` (path and hash, as CDK makes logical ids) becomes `zhiqun-storage-events`.
 */
export function buildPhysicalName(logicalId: string, given?: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  const path = logicalId.replace(/[0-9A-F]{8}$/, '');
  const words = path.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return `zhiqun-${words}`;
}
