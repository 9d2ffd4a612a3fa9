import { expect, test } from 'vitest';
import { type Resource, synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize({ stage: 'prod', taxonomy: '{"learn":["Homework Handed In"]}' });
const functions = all('AWS::Lambda::Function');

type Reference = Parameters<typeof target>[0];
type Statement = {
  Action: string | string[];
  Resource: Reference & { 'Fn::Join'?: [string, [Reference, string]] };
  Effect: string;
};

function statements(role: string | undefined): Statement[] {
  return all('AWS::IAM::Policy')
    .filter(({ Properties: { Roles } }) => Roles.some((ref: { Ref: string }) => ref.Ref === role))
    .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement);
}

/** The resource without its hash; objects of a bucket as `Imports/prefix/*`. */
function named(resource: Statement['Resource']): string {
  const [first, rest = ''] = resource['Fn::Join']?.[1] ?? [resource];
  const id = target(first) ?? '';
  return id.replace(/^Storage/, '').replace(/[0-9A-F]{8}$/, '') + rest;
}

/** All that a function's role may do: `table or queue or other resource: action action`. */
function rights({ Properties: { Role } }: Resource): string[] {
  return statements(target(Role))
    .map(({ Action, Resource }) => `${named(Resource)}: ${[Action].flat().sort().join(' ')}`)
    .sort();
}

const logs = (name: string) => `${name}Logs: logs:CreateLogStream logs:PutLogEvents`;

test('track may record events and look up keys, nothing else', () => {
  expect(rights(one('AWS::Lambda::Function', 'Track'))).toEqual([
    'Control: dynamodb:GetItem',
    'Events: dynamodb:BatchWriteItem',
    logs('Track'),
  ]);
});

test('aggregate may read the stream, move events, count, and report failures, nothing else', () => {
  expect(rights(one('AWS::Lambda::Function', 'Aggregate'))).toEqual([
    logs('Aggregate'),
    'Events: dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query',
    'Events: dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams',
    'Failures: sqs:SendMessage',
    'Members: dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
  ]);
});

test('api may answer, rebuild a member, keep keys, let files be uploaded, and read the owner key, nothing else', () => {
  expect(rights(one('AWS::Lambda::Function', 'MembersApi'))).toEqual([
    'Control: dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    'Events: dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query',
    'Imports/imports/*: s3:AbortMultipartUpload s3:PutObject',
    'Imports/rejected/*: s3:GetObject',
    'Members: dynamodb:GetItem dynamodb:PutItem dynamodb:Query',
    logs('MembersApi'),
    'OwnerKey: secretsmanager:GetSecretValue',
  ]);
});

test('census may count members, note the number, and report failures, nothing else', () => {
  expect(rights(one('AWS::Lambda::Function', 'Census'))).toEqual([
    logs('Census'),
    'Control: dynamodb:PutItem',
    'Failures: sqs:SendMessage',
    'Members: dynamodb:Scan',
  ]);
});

test('import may read files, record events, keep its progress and what it refused, and work on its queue, nothing else', () => {
  expect(rights(one('AWS::Lambda::Function', 'Import'))).toEqual([
    'Control: dynamodb:GetItem dynamodb:PutItem',
    'Events: dynamodb:BatchWriteItem',
    logs('Import'),
    'Imports/imports/*: s3:GetObject',
    'Imports/rejected/*: s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject',
    'Imports: s3:ListBucket',
    'ImportsQueue: sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage',
  ]);
});

test('every function has a role of its own, without managed policies', () => {
  const roles = functions.map(({ Properties: { Role } }) => target(Role));
  expect(new Set(roles).size).toBe(functions.length);
  for (const { Properties } of all('AWS::IAM::Role')) expect(Properties['ManagedPolicyArns']).toBeUndefined();
});

test('no policy of the stack has a wildcard, but for the objects below a prefix of one bucket', () => {
  for (const { Properties } of all('AWS::IAM::Policy')) {
    const below = /"Fn::GetAtt":\["Storage\w+","Arn"\]\},"\/[a-z]+\/\*"/g;
    expect(JSON.stringify(Properties['PolicyDocument']).replace(below, '')).not.toContain('*');
  }
});

test('functions run on Node 24 and arm64', () => {
  for (const { Properties } of functions)
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
});

test('every function logs to a group of its own that forgets', () => {
  const groups = functions.map(({ Properties: { LoggingConfig } }) => target(LoggingConfig.LogGroup));
  expect(new Set(groups).size).toBe(functions.length);
  for (const { Properties } of all('AWS::Logs::LogGroup')) expect(Properties['RetentionInDays']).toBe(30);
});

test('functions behind HTTP end before the gateway gives up at 30 s', () => {
  for (const name of ['Track', 'MembersApi'])
    expect(one('AWS::Lambda::Function', name).Properties['Timeout']).toBeLessThan(30);
});

test('consumers cannot take the whole account’s concurrency in production', () => {
  for (const name of ['Aggregate', 'Census'])
    expect(one('AWS::Lambda::Function', name).Properties['ReservedConcurrentExecutions']).toBeGreaterThan(0);
});

test('a dev stack fits an account whose concurrency is still 10', () => {
  for (const { Properties } of synthesize().all('AWS::Lambda::Function'))
    expect(Properties['ReservedConcurrentExecutions']).toBeUndefined();
});

test('errors are logged with readable stacks, except where apps wait for the start', () => {
  const readable = functions.filter(
    ({ Properties: { Environment } }) => Environment.Variables.NODE_OPTIONS === '--enable-source-maps',
  );
  expect(functions.filter((fn) => !readable.includes(fn))).toEqual([one('AWS::Lambda::Function', 'Track')]);
});

test('settings reach the functions that need them', () => {
  const environment = (name: string) =>
    Object.keys(one('AWS::Lambda::Function', name).Properties['Environment'].Variables)
      .filter((variable) => variable !== 'NODE_OPTIONS')
      .sort();
  const counting = ['ZHIQUN_CURRENCY', 'ZHIQUN_TAXONOMY', 'ZHIQUN_TIME_ZONE'];
  expect(environment('Track')).toEqual(['CONTROL_TABLE', 'EVENTS_TABLE', 'RETENTION_DAYS']);
  expect(environment('Aggregate')).toEqual([
    'EVENTS_TABLE',
    'FAILURES_QUEUE_URL',
    'MEMBERS_TABLE',
    ...counting,
  ]);
  expect(environment('MembersApi')).toEqual([
    'CONTROL_TABLE',
    'EVENTS_TABLE',
    'IMPORTS_BUCKET',
    'MEMBERS_TABLE',
    'OWNER_SECRET_ARN',
    ...counting,
  ]);
  expect(environment('Import')).toEqual([
    'CONTROL_TABLE',
    'EVENTS_TABLE',
    'IMPORTS_BUCKET',
    'IMPORTS_QUEUE_URL',
    'RETENTION_DAYS',
    'ZHIQUN_TIME_ZONE',
  ]);
  expect(environment('Census')).toEqual(['CONTROL_TABLE', 'MEMBERS_TABLE', ...counting]);
});
