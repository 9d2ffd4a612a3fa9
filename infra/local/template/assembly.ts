import type { Template } from './assembly-reader.ts';

/** Resource types that `deploy.ts` creates. */
export const handledTypes = [
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::StepFunctions::StateMachine',
  'AWS::Scheduler::Schedule',
] as const;

export type HandledType = (typeof handledTypes)[number];

/** Types that a single machine has no use for, and why. */
export const withoutLocalMeaning: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'the engines check no rights',
  'AWS::IAM::Policy': 'the engines check no rights',
  'AWS::IAM::ManagedPolicy': 'the engines check no rights',
  'AWS::Lambda::Permission': 'everything here may invoke every function',
  'AWS::S3::BucketPolicy': 'the engines check no rights and listen on the loopback only',
  'AWS::SQS::QueuePolicy': 'the engines check no rights and listen on the loopback only',
  'AWS::SNS::Topic': 'carries alarms only',
  'AWS::SNS::TopicPolicy': 'carries alarms only',
  'AWS::SNS::Subscription': 'carries alarms only',
  'AWS::Logs::LogGroup': 'functions log to the terminal',
  'AWS::Logs::MetricFilter': 'nothing measures here',
  'AWS::CloudWatch::Alarm': 'nothing measures here',
  'AWS::CloudWatch::Dashboard': 'nothing measures here',
  'AWS::CDK::Metadata': 'tells AWS which constructs were used',
};

/** @throws Error naming every resource whose type is neither handled nor known to have no local meaning */
export function assertKnownTypes({ Resources }: Template): void {
  const known = new Set<string>([...handledTypes, ...Object.keys(withoutLocalMeaning)]);
  const unknown = Object.entries(Resources).filter(([, { Type }]) => !known.has(Type));
  if (unknown.length === 0) return;
  throw new Error(
    `The local target does not know ${unknown.map(([id, { Type }]) => `${Type} (${id})`).join(', ')}.\n` +
      '  Teach infra/local/deploy.ts to create it, or say in infra/local/template/assembly.ts why it has no local meaning.',
  );
}
