import { expect, test } from 'vitest';
import { SETTLE_MS } from '#lib/rebuilds/rules-change.ts';
import { type Resource, synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize({ stage: 'prod', timeZone: 'Europe/Berlin' });
const queues = all('AWS::SQS::Queue').map(({ id }) => id);

const mappings = all('AWS::Lambda::EventSourceMapping');
const sourceId = ({ Properties }: Resource) => target(Properties['EventSourceArn']) ?? '';
const fromQueues = mappings.filter((mapping) => queues.includes(sourceId(mapping)));
const fromStreams = mappings.filter((mapping) => !fromQueues.includes(mapping));

test('every consumer of a stream has a failure destination', () => {
  expect(fromStreams.length).toBeGreaterThan(0);
  for (const { Properties } of fromStreams)
    expect(queues).toContain(target(Properties['DestinationConfig'].OnFailure.Destination));
});

test('every queue with a consumer has another queue for what fails time and again', () => {
  expect(fromQueues.length).toBeGreaterThan(0);
  const consumed = fromQueues.map(sourceId);
  for (const id of consumed) {
    const { maxReceiveCount, deadLetterTargetArn } = one('AWS::SQS::Queue', id).Properties['RedrivePolicy'];
    expect(maxReceiveCount).toBeGreaterThan(1);
    expect(queues).toContain(target(deadLetterTargetArn));
    expect(consumed).not.toContain(target(deadLetterTargetArn));
  }
});

test('a queue hides a message for six times as long as its consumer may take, as Lambda asks for', () => {
  for (const mapping of fromQueues) {
    const consumer = one('AWS::Lambda::Function', target(mapping.Properties['FunctionName']));
    const { VisibilityTimeout } = one('AWS::SQS::Queue', sourceId(mapping)).Properties;
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * consumer.Properties['Timeout']);
  }
});

test('a message that fails does not take its neighbours along', () => {
  for (const { Properties } of fromQueues)
    expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
});

test('files are imported one per call, at most five at once', () => {
  expect(one('AWS::Lambda::EventSourceMapping', 'Importing').Properties).toMatchObject({
    BatchSize: 1,
    ScalingConfig: { MaximumConcurrency: 5 },
  });
});

test('what counting gives up is counted again, and only what that fails at is given up for good', () => {
  const { Properties } = one('AWS::Lambda::EventSourceMapping', 'Counting');
  const givenUp = one('AWS::SQS::Queue', 'CountingFailures');
  expect(target(Properties['DestinationConfig'].OnFailure.Destination)).toBe(givenUp.id);
  expect(target(givenUp.Properties['RedrivePolicy'].deadLetterTargetArn)).toBe(
    one('AWS::SQS::Queue', 'Failures').id,
  );
  const recovering = one('AWS::Lambda::EventSourceMapping', 'Recovering');
  expect(sourceId(recovering)).toBe(givenUp.id);
  expect(recovering.Properties).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
});

test('every scheduled start has a dead-letter queue', () => {
  const schedules = all('AWS::Scheduler::Schedule');
  expect(schedules.length).toBeGreaterThan(0);
  for (const { Properties } of schedules)
    expect(queues).toContain(target(Properties['Target'].DeadLetterConfig.Arn));
});

test('counting has the settings that it was proven with', () => {
  const { Properties } = one('AWS::Lambda::EventSourceMapping', 'Counting');
  expect(Properties).toMatchObject({
    // What was written before the mapping was made counts too.
    StartingPosition: 'TRIM_HORIZON',
    // For the cost, not the order: with more, the events of one request take several writes of the same item.
    ParallelizationFactor: 1,
    // What cannot be handled does not take its neighbours along, nor hold them up.
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  // The stream keeps records for a day; an hour is left to read those that were given up.
  expect(Properties['MaximumRecordAgeInSeconds']).toBe(23 * 3600);
  expect(Properties['MaximumRetryAttempts']).toBe(10_000);
  const events = one('AWS::DynamoDB::Table', 'StorageEvents').Properties;
  // A change tells where an event counted before and where it counts now.
  expect(events['StreamSpecification']).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  // Order is not needed, so neither is an index that would keep a member in one shard (and limit them to 10 GB).
  expect(events['LocalSecondaryIndexes']).toBeUndefined();
});

test('a lonely event waits at most a second to be counted', () => {
  const { Properties } = one('AWS::Lambda::EventSourceMapping', 'Counting');
  expect(Properties['MaximumBatchingWindowInSeconds'] ?? 0).toBeLessThanOrEqual(1);
});

test('the night starts at three in the morning of the business, or at the hour that is set', () => {
  expect(one('AWS::Scheduler::Schedule', 'EveryNight').Properties).toMatchObject({
    Target: { Arn: { Ref: one('AWS::StepFunctions::StateMachine', 'Night').id } },
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
  });
  expect(synthesize({ nightHour: 5 }).one('AWS::Scheduler::Schedule', 'EveryNight').Properties).toMatchObject(
    {
      ScheduleExpression: 'cron(0 5 * * ? *)',
    },
  );
});

test('whether the counting rules have changed is checked later than any call of the deploy before may last', () => {
  const { Target, ScheduleExpression } = one('AWS::Scheduler::Schedule', 'RulesCheck').Properties;
  expect(target(Target.Arn)).toBe(one('AWS::Lambda::Function', 'Rules').id);
  expect(target(one('AWS::Lambda::Function', 'Rules').Properties['DeadLetterConfig'].TargetArn)).toBe(
    one('AWS::SQS::Queue', 'Failures').id,
  );
  expect(ScheduleExpression).toBe('rate(20 minutes)');
  const limits = all('AWS::Lambda::Function').map(({ Properties: { Timeout } }) => Timeout);
  expect(Math.max(...limits) * 1_000).toBeLessThanOrEqual(SETTLE_MS);
});

test('messages are kept for two weeks, encrypted, and taken over TLS only', () => {
  for (const { id, Properties } of all('AWS::SQS::Queue')) {
    expect(Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
    expect(findPolicy(id).Properties['PolicyDocument'].Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  }
});

test('S3 announces new files under imports/, and only buckets of this account may', () => {
  const bucket = one('AWS::S3::Bucket', 'StorageImports');
  const { QueueConfigurations } = bucket.Properties['NotificationConfiguration'];
  expect(QueueConfigurations).toEqual([
    {
      Event: 's3:ObjectCreated:*',
      Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'imports/' }] } },
      Queue: { 'Fn::GetAtt': [one('AWS::SQS::Queue', 'Imports').id, 'Arn'] },
    },
  ]);
  const policy = findPolicy(one('AWS::SQS::Queue', 'Imports').id);
  expect(policy.Properties['PolicyDocument'].Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] } },
      },
    }),
  );
});

test('the bucket is made after the queue lets it in, as S3 checks that at once', () => {
  const policy = findPolicy(one('AWS::SQS::Queue', 'Imports').id);
  expect(one('AWS::S3::Bucket', 'StorageImports').DependsOn).toContain(policy.id);
  expect(JSON.stringify(policy)).not.toContain('StorageImports');
});

test('no function of CDK’s own comes along', () => {
  const nightly = ['Audit', 'FailRun', 'Fit', 'Plan', 'Publish', 'Score', 'Snapshot'].map(
    (name) => `Nightly${name}`,
  );
  expect(
    all('AWS::Lambda::Function')
      .map(({ id }) => id.replace(/Function.*/, ''))
      .sort(),
  ).toEqual([
    'Aggregate',
    'Console',
    'Import',
    'MembersApi',
    ...nightly,
    'RecountMembers',
    'Recover',
    'Rules',
    'Track',
  ]);
  expect(all('Custom::S3BucketNotifications')).toEqual([]);
});

function findPolicy(queueId: string): Resource {
  const policies = all('AWS::SQS::QueuePolicy');
  return policies.find(({ Properties }) =>
    Properties['Queues'].some((queue: { Ref: string }) => queue.Ref === queueId),
  )!;
}
