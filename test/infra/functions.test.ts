import { expect, test } from 'vitest';
import { type Resource, synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize({ stage: 'prod', taxonomy: '{"learn":["Homework Handed In"]}' });
const functions = all('AWS::Lambda::Function');

type Statement = { Action: string | string[]; Resource: Parameters<typeof target>[0]; Effect: string };

function statements(role: string | undefined): Statement[] {
  return all('AWS::IAM::Policy')
    .filter(({ Properties: { Roles } }) => Roles.some((ref: { Ref: string }) => ref.Ref === role))
    .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement);
}

/** All that a function's role may do: `table or queue or other resource: action action`. */
function rights({ Properties: { Role } }: Resource): string[] {
  return statements(target(Role))
    .map(({ Action, Resource }) => {
      const name = target(Resource)
        ?.replace(/^Storage/, '')
        .replace(/[0-9A-F]{8}$/, '');
      return `${name}: ${[Action].flat().sort().join(' ')}`;
    })
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

test('api may answer, rebuild a member, keep keys, and read the owner key, nothing else', () => {
  expect(rights(one('AWS::Lambda::Function', 'MembersApi'))).toEqual([
    'Control: dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    'Events: dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query',
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

test('every function has a role of its own, without managed policies', () => {
  const roles = functions.map(({ Properties: { Role } }) => target(Role));
  expect(new Set(roles).size).toBe(functions.length);
  for (const { Properties } of all('AWS::IAM::Role')) expect(Properties['ManagedPolicyArns']).toBeUndefined();
});

test('no policy of the stack has a wildcard', () => {
  for (const { Properties } of all('AWS::IAM::Policy'))
    expect(JSON.stringify(Properties['PolicyDocument'])).not.toContain('*');
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
    'MEMBERS_TABLE',
    'OWNER_SECRET_ARN',
    ...counting,
  ]);
  expect(environment('Census')).toEqual(['CONTROL_TABLE', 'MEMBERS_TABLE', ...counting]);
});
