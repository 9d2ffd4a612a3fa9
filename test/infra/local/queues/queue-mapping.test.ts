import { expect, test } from 'vitest';
import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import { isQueueMapping, parseQueueMapping } from '#infra/local/queues/queue-poller.ts';

const target = { name: 'importer' } as LocalFunction;
const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:imports';
const read = (more: Record<string, unknown> = {}) =>
  parseQueueMapping(
    { EventSourceArn, FunctionName: 'importer', ...more },
    () => target,
    () => 'http://queue',
  );

test('a queue’s mapping is distinguished from a stream’s', () => {
  expect(isQueueMapping({ EventSourceArn })).toBe(true);
  expect(isQueueMapping({ EventSourceArn: 'arn:aws:dynamodb:us-east-1:0:table/t/stream/s' })).toBe(false);
});

test('what the template leaves out is as Lambda has it', () => {
  expect(read()).toEqual({
    queueArn: EventSourceArn,
    queueUrl: 'http://queue',
    target,
    batchSize: 10,
    maxConcurrency: 5,
    reportsItemFailures: false,
  });
});

test('what the template says holds', () => {
  const given = {
    BatchSize: 1,
    ScalingConfig: { MaximumConcurrency: 3 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  };
  expect(read(given)).toMatchObject({ batchSize: 1, maxConcurrency: 3, reportsItemFailures: true });
});

test('a mapping that is switched off is none', () => {
  expect(read({ Enabled: false })).toBeUndefined();
});

test('what cannot be done here is an error that names it', () => {
  expect(() => read({ FilterCriteria: {} })).toThrow('does not know FilterCriteria');
  expect(() => read({ BatchSize: 100 })).toThrow('BatchSize is 100');
});
