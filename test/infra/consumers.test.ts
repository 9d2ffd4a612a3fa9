import { expect, test } from 'vitest';
import { synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize({ stage: 'prod', timeZone: 'Europe/Berlin' });
const queues = all('AWS::SQS::Queue').map(({ id }) => id);

test('every event source mapping has a failure destination, and its function may send there', () => {
  const mappings = all('AWS::Lambda::EventSourceMapping');
  expect(mappings.length).toBeGreaterThan(0);
  for (const { Properties } of mappings)
    expect(queues).toContain(target(Properties['DestinationConfig'].OnFailure.Destination));
});

test('every scheduled start has a dead-letter queue, and so has what it starts', () => {
  const schedules = all('AWS::Scheduler::Schedule');
  expect(schedules.length).toBeGreaterThan(0);
  for (const { Properties } of schedules) {
    expect(queues).toContain(target(Properties['Target'].DeadLetterConfig.Arn));
    const started = one('AWS::Lambda::Function', target(Properties['Target'].Arn));
    expect(queues).toContain(target(started.Properties['DeadLetterConfig'].TargetArn));
  }
});

test('counting starts with the first event, isolates bad records, and gives up before the stream forgets', () => {
  const { Properties } = one('AWS::Lambda::EventSourceMapping');
  expect(Properties).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  expect(Properties['MaximumRecordAgeInSeconds']).toBeLessThan(24 * 3600);
  expect(Properties['MaximumRetryAttempts']).toBeGreaterThan(0);
});

test('a lonely event waits at most a second to be counted', () => {
  const { Properties } = one('AWS::Lambda::EventSourceMapping');
  expect(Properties['MaximumBatchingWindowInSeconds'] ?? 0).toBeLessThanOrEqual(1);
});

test('the census runs at three in the morning of the business', () => {
  expect(one('AWS::Scheduler::Schedule').Properties).toMatchObject({
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
  });
});

test('failures are kept for two weeks, encrypted, and taken over TLS only', () => {
  expect(one('AWS::SQS::Queue').Properties).toMatchObject({
    MessageRetentionPeriod: 14 * 24 * 3600,
    SqsManagedSseEnabled: true,
  });
  expect(one('AWS::SQS::QueuePolicy').Properties['PolicyDocument'].Statement).toContainEqual(
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  );
});
