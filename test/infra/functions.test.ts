import { expect, test } from 'vitest';
import { type Resource, synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize({
  stage: 'prod',
  taxonomy: '{"learn":["Homework Handed In"]}',
  profiles: 5,
  lifecycle: '{"newDays":7,"silentDays":10,"churnedDays":30}',
});
const functions = all('AWS::Lambda::Function');

type Reference = Parameters<typeof target>[0];
type ResourceArn = Reference & { 'Fn::Join'?: [string, (Reference | string)[]] };
type Statement = { Action: string | string[]; Resource: ResourceArn | ResourceArn[]; Effect: string };

function statements(role: string | undefined): Statement[] {
  return all('AWS::IAM::Policy')
    .filter(({ Properties: { Roles } }) => Roles.some((ref: { Ref: string }) => ref.Ref === role))
    .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement);
}

/** The resource without its hash; objects of a bucket as `Imports/prefix/*`. */
function resourceName(resource: ResourceArn): string {
  const parts = resource['Fn::Join']?.[1] ?? [resource];
  return parts
    .map((part) => (typeof part === 'string' ? part : parseName(target(part) ?? '')))
    .join('')
    .replace(/^arn:.*:(?=execution:)/, '');
}

const parseName = (id: string) => id.replace(/^Storage/, '').replace(/[0-9A-F]{8}$/, '');

/** All that a function's role may do: `table or queue or other resource: action action`. */
function rights({ Properties: { Role } }: Resource): string[] {
  const may = new Map<string, string[]>();
  for (const { Action, Resource } of statements(target(Role)))
    for (const one of [Resource].flat()) {
      const name = resourceName(one);
      may.set(name, [...(may.get(name) ?? []), ...[Action].flat()].sort());
    }
  return [...may].map(([name, actions]) => `${name}: ${actions.join(' ')}`).sort();
}

const findRights = (id: string) => rights(one('AWS::Lambda::Function', id));
const logs = (name: string) => `${name}Logs: logs:CreateLogStream logs:PutLogEvents`;

test('track may record events and look up keys, nothing else', () => {
  expect(findRights('Track')).toEqual([
    'Control: dynamodb:GetItem',
    'Events: dynamodb:BatchWriteItem',
    logs('Track'),
  ]);
});

const recount =
  'dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem';

test('aggregate may read the stream, move events, count, and report failures, nothing else', () => {
  expect(findRights('Aggregate')).toEqual([
    logs('Aggregate'),
    'CountingFailures: sqs:SendMessage',
    'Events: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams dynamodb:PutItem dynamodb:Query',
    `Members: ${recount}`,
  ]);
});

test('recover may work on its queue, read the stream, mark members and count them again, nothing else', () => {
  expect(findRights('Recover')).toEqual([
    'Control: dynamodb:PutItem',
    'CountingFailures: sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage',
    'Events: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:PutItem dynamodb:Query',
    `Members: ${recount}`,
    logs('Recover'),
  ]);
});

// Both answer for members and models, rebuild a member, keep keys and let files be uploaded.
const operators = (name: string) => [
  'Control: dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
  'Data/models/*: s3:GetObject s3:PutObject',
  'Data/reports/*: s3:GetObject',
  'Data: s3:ListBucket',
  'Events: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query',
  'Imports/imports/*: s3:AbortMultipartUpload s3:PutObject',
  'Imports/rejected/*: s3:GetObject',
  'Imports: s3:ListBucket',
  logs(name),
  'NightMachine: states:StartExecution',
  'OwnerKey: secretsmanager:GetSecretValue',
  'RecountMachine: states:StartExecution',
  'execution:Zhiqun-night:*: states:DescribeExecution',
  'execution:Zhiqun-recount:*: states:DescribeExecution',
];

test('api may answer, act for operators, start the night and recounts, and read the owner key, nothing else', () => {
  expect(findRights('MembersApi')).toEqual([...operators('MembersApi'), `Members: ${recount}`].sort());
});

test('console may do what api may, look through members and read all their scores, nothing else', () => {
  const members = `Members: ${recount.replace('dynamodb:UpdateItem', 'dynamodb:Scan dynamodb:UpdateItem')}`;
  const more = [members, 'Data/scores/*: s3:GetObject'];
  expect(findRights('Console')).toEqual([...operators('Console'), ...more].sort());
});

test.each([
  [
    'Plan',
    'Members: dynamodb:DescribeTable',
    'Control: dynamodb:GetItem dynamodb:UpdateItem',
    'Data/runs/*: s3:GetObject s3:PutObject',
    'Data: s3:ListBucket',
  ],
  [
    'Snapshot',
    'Members: dynamodb:Scan',
    'Events: dynamodb:Query',
    'Control: dynamodb:UpdateItem',
    'Data/runs/*: s3:AbortMultipartUpload s3:PutObject',
  ],
  [
    'Audit',
    `Members: ${recount}`,
    'Events: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query dynamodb:Scan',
    'Control: dynamodb:DeleteItem dynamodb:Query dynamodb:UpdateItem',
    'Data/runs/*: s3:GetObject s3:PutObject',
    'Data: s3:ListBucket',
  ],
  [
    'Fit',
    'Control: dynamodb:UpdateItem',
    'Data/runs/*: s3:GetObject s3:PutObject',
    'Data/models/*: s3:AbortMultipartUpload s3:GetObject s3:PutObject',
    'Data: s3:ListBucket',
  ],
  [
    'Score',
    'Control: dynamodb:UpdateItem',
    'Data/runs/*: s3:AbortMultipartUpload s3:GetObject s3:PutObject',
    'Data/models/*: s3:GetObject',
    'Data: s3:ListBucket',
  ],
  [
    'Publish',
    'Control: dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem',
    'Data/runs/*: s3:GetObject',
    'Data/features/*: s3:DeleteObject s3:PutObject',
    'Data/scores/*: s3:DeleteObject s3:PutObject',
    'Data/reports/*: s3:GetObject s3:PutObject',
    'Data/models/*: s3:GetObject s3:PutObject',
    'Data: s3:ListBucket',
    'Failures: sqs:GetQueueAttributes',
  ],
  ['FailRun', 'Control: dynamodb:GetItem dynamodb:UpdateItem'],
])('%s may do what its step of the night does, nothing else', (name, ...may) => {
  expect(findRights(`Nightly${name}`)).toEqual([...may, logs(`Nightly${name}`)].sort());
});

test('recount may read the log and the members, count, and save its position, nothing else', () => {
  const scans = (rights: string) => [...rights.split(' '), 'dynamodb:Scan'].sort().join(' ');
  expect(findRights('RecountMembers')).toEqual([
    'Control: dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem',
    `Events: ${scans('dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query')}`,
    `Members: ${scans(recount)}`,
    logs('RecountMembers'),
  ]);
});

test('rules may see whether anybody is there, note by which rules members are counted, and start rebuilds, nothing else', () => {
  expect(findRights('Rules')).toEqual([
    'Control: dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    'Events: dynamodb:Scan',
    'Failures: sqs:SendMessage',
    'Members: dynamodb:Scan',
    'RecountMachine: states:StartExecution',
    logs('Rules'),
    'execution:Zhiqun-recount:*: states:DescribeExecution',
  ]);
});

test('import may read files, record events, keep its progress and what it refused, and work on its queue, nothing else', () => {
  expect(findRights('Import')).toEqual([
    'Control: dynamodb:GetItem dynamodb:PutItem',
    'Events: dynamodb:BatchWriteItem',
    logs('Import'),
    'Imports/imports/*: s3:GetObject',
    'Imports/rejected/*: s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject',
    'Imports: s3:ListBucket',
    'ImportsQueue: sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage',
    'Members: dynamodb:BatchGetItem',
  ]);
});

test('every function has a role of its own, without managed policies', () => {
  const roles = functions.map(({ Properties: { Role } }) => target(Role));
  expect(new Set(roles).size).toBe(functions.length);
  for (const { Properties } of all('AWS::IAM::Role')) expect(Properties['ManagedPolicyArns']).toBeUndefined();
});

test('no policy of the stack has a wildcard, but for objects below a prefix and executions of the state machines', () => {
  for (const { Properties } of all('AWS::IAM::Policy')) {
    const below =
      /"Fn::GetAtt":\["Storage\w+","Arn"\]\},"\/[a-z]+\/\*"|":execution:Zhiqun-(night|recount):\*"/g;
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
  for (const name of ['Track', 'MembersApi', 'Console'])
    expect(one('AWS::Lambda::Function', name).Properties['Timeout']).toBeLessThan(30);
});

test('consumers cannot take the whole account’s concurrency in production', () => {
  const { Properties } = one('AWS::Lambda::Function', 'Aggregate');
  expect(Properties['ReservedConcurrentExecutions']).toBeGreaterThan(0);
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
  const counted = ['COUNTING_FAILURES_QUEUE_URL', 'EVENTS_TABLE', 'MEMBERS_TABLE', ...counting];
  expect(environment('Aggregate')).toEqual(counted);
  expect(environment('Recover')).toEqual(['CONTROL_TABLE', ...counted]);
  const operators = [
    'CONTROL_TABLE',
    'DATA_BUCKET',
    'EVENTS_TABLE',
    'IMPORTS_BUCKET',
    'MEMBERS_TABLE',
    'NIGHT_ARN',
    'OWNER_SECRET_ARN',
    'RECOUNT_ARN',
    ...counting,
  ];
  expect(environment('MembersApi')).toEqual(operators);
  expect(environment('Console')).toEqual(operators);
  expect(environment('RecountMembers')).toEqual([
    'CONTROL_TABLE',
    'EVENTS_TABLE',
    'MEMBERS_TABLE',
    ...counting,
  ]);
  expect(environment('NightlyFit')).toEqual([
    'CONTROL_TABLE',
    'DATA_BUCKET',
    'ZHIQUN_CURRENCY',
    'ZHIQUN_LIFECYCLE',
    'ZHIQUN_PROFILES',
    'ZHIQUN_TAXONOMY',
    'ZHIQUN_TIME_ZONE',
  ]);
  expect(environment('Import')).toEqual([
    'CONTROL_TABLE',
    'EVENTS_TABLE',
    'IMPORTS_BUCKET',
    'IMPORTS_QUEUE_URL',
    'MEMBERS_TABLE',
    'RETENTION_DAYS',
    'ZHIQUN_TIME_ZONE',
  ]);
  for (const name of ['Plan', 'Snapshot', 'Audit', 'Score', 'Publish'])
    expect(environment(`Nightly${name}`)).toEqual(
      expect.arrayContaining(['CONTROL_TABLE', 'DATA_BUCKET', ...counting]),
    );
});
