import { expect, test } from 'vitest';
import { createResolver, type ResolveContext } from '#infra/local/template/intrinsics.ts';

function resolve(value: unknown, context: Partial<ResolveContext> = {}): unknown {
  const pseudo = { Region: 'eu-west-1', AccountId: '000000000000', StackName: 'zhiqun-dev' };
  const deployed = new Map([
    ['Table', { ref: 'zhiqun-table', attributes: { Arn: 'arn:table', 'Nested.Arn': 'arn:nested' } }],
  ]);
  const template = {
    Resources: { Table: { Type: 'AWS::DynamoDB::Table' }, Later: { Type: 'AWS::SQS::Queue' } },
    Parameters: { Stage: { Default: 'dev' } },
    Conditions: {
      IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
      IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
    },
    Mappings: { Zones: { 'eu-west-1': { zone: 'Europe/Dublin' } } },
  };
  return createResolver({ template, deployed, pseudo, ...context })(value, 'Here');
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how CloudFormation writes it
test.each([
  ['Ref to a resource', { Ref: 'Table' }, 'zhiqun-table'],
  ['Ref to a parameter', { Ref: 'Stage' }, 'dev'],
  ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
  ['GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:table'],
  ['GetAtt as text', { 'Fn::GetAtt': 'Table.Nested.Arn' }, 'arn:nested'],
  ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Table' }]] }, 'a/zhiqun-table'],
  [
    'Sub',
    { 'Fn::Sub': '${AWS::Partition}:${Table}:${Table.Arn}:${!Raw}' },
    'aws:zhiqun-table:arn:table:${Raw}',
  ],
  ['Sub with variables', { 'Fn::Sub': ['${x}-${Stage}', { x: { Ref: 'Table' } }] }, 'zhiqun-table-dev'],
  ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Table' }] }] }, 'table'],
  ['If', { 'Fn::If': ['IsProd', 'big', 'small'] }, 'small'],
  ['FindInMap', { 'Fn::FindInMap': ['Zones', { Ref: 'AWS::Region' }, 'zone'] }, 'Europe/Dublin'],
  ['Base64', { 'Fn::Base64': 'a' }, 'YQ=='],
  [
    'no function',
    { Ref: 'Table', Other: 1, Deep: [{ Ref: 'Stage' }] },
    { Ref: 'Table', Other: 1, Deep: ['dev'] },
  ],
])('%s', (_, value, expected) => {
  expect(resolve(value)).toEqual(expected);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above

test('AWS::NoValue leaves the property out', () => {
  expect(resolve({ A: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] }, B: 2 })).toEqual({ B: 2 });
});

test('a reference to what is not there says where it stands and what it names', () => {
  expect(() => resolve({ Env: { QUEUE: { Ref: 'Later' } } })).toThrow(
    'Here.Env.QUEUE: Ref to Later (AWS::SQS::Queue)',
  );
  expect(() => resolve({ 'Fn::GetAtt': ['Table', 'StreamArn'] })).toThrow(
    'no attribute StreamArn of Table (AWS::DynamoDB::Table)',
  );
});

test('a function that is not known is refused, with the file to teach it in', () => {
  expect(() => resolve({ 'Fn::ImportValue': 'x' })).toThrow(
    'does not know Fn::ImportValue; teach it in infra/local/template/intrinsics.ts',
  );
});
