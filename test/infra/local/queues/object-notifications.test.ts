import { expect, test } from 'vitest';
import {
  buildNotification,
  encodeKey,
  parseBucketNotifications,
} from '#infra/local/queues/object-notifications.ts';

test('a notification is what S3 sends', () => {
  const created = {
    bucket: 'files',
    key: 'imports/orders/1 月.csv',
    size: 7,
    eTag: 'abc',
    at: new Date('2026-01-02T03:04:05.678Z'),
    how: 'Put',
  } as const;
  const { Records } = JSON.parse(buildNotification(created, { region: 'cn-north-1', accountId: '0' }));
  expect(Records).toEqual([
    expect.objectContaining({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'cn-north-1',
      eventTime: '2026-01-02T03:04:05.678Z',
      eventName: 'ObjectCreated:Put',
    }),
  ]);
  expect(Records[0].s3).toMatchObject({
    bucket: { name: 'files', arn: 'arn:aws:s3:::files' },
    object: { key: 'imports/orders/1+%E6%9C%88.csv', size: 7, eTag: 'abc' },
  });
});

test.each(['a b', 'a+b', 'a%20b', "!*'()~", '知群/é', '=&#?'])('the key %s can be read back', (key) => {
  expect(encodeKey(key)).toMatch(/^[\w.*+%/-]+$/);
  expect(decodeURIComponent(encodeKey(key).replaceAll('+', ' '))).toBe(key);
});

const queue = { Event: 's3:ObjectCreated:*', Queue: 'arn:queue' };

test('a bucket announces all new objects, or those that a filter leaves', () => {
  const Rules = [
    { Name: 'prefix', Value: 'imports/' },
    { Name: 'suffix', Value: '.csv' },
  ];
  const QueueConfigurations = [queue, { ...queue, Filter: { S3Key: { Rules } } }];
  expect(parseBucketNotifications('files', { QueueConfigurations })).toEqual([
    { bucket: 'files', queueArn: 'arn:queue', prefix: '', suffix: '' },
    { bucket: 'files', queueArn: 'arn:queue', prefix: 'imports/', suffix: '.csv' },
  ]);
});

test('what cannot be announced here is an error that names it', () => {
  const removed = { QueueConfigurations: [{ ...queue, Event: 's3:ObjectRemoved:*' }] };
  expect(() => parseBucketNotifications('files', removed)).toThrow('not s3:ObjectRemoved:*');
  const toFunction = { LambdaConfigurations: [] } as object;
  expect(() => parseBucketNotifications('files', toFunction)).toThrow('not by LambdaConfigurations');
});
