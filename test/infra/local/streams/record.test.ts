import type { _Record as ReadRecord } from '@aws-sdk/client-dynamodb-streams';
import { expect, test } from 'vitest';
import { toStreamRecord } from '#infra/local/streams/record.ts';

const read = (
  more: Partial<ReadRecord>,
  images: Partial<NonNullable<ReadRecord['dynamodb']>> = {},
): ReadRecord => ({
  eventID: '1',
  eventName: 'MODIFY',
  eventSource: 'aws:dynamodb',
  eventVersion: '1.1',
  awsRegion: 'us-east-1',
  dynamodb: {
    Keys: { userId: { S: 'u' }, sk: { S: '1' } },
    SequenceNumber: '7',
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    ApproximateCreationDateTime: new Date('2026-11-22T08:00:00.700Z'),
    ...images,
  },
  ...more,
});

test('a record has the shape that Lambda gives to functions', () => {
  const record = toStreamRecord(
    read(
      { eventName: 'REMOVE', userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } },
      {
        OldImage: {
          userId: { S: 'u' },
          raw: { B: new Uint8Array([1, 2]) },
          all: { BS: [new Uint8Array([3])] },
        },
      },
    ),
    'arn:stream',
  )!;
  expect(record).toMatchObject({ sequenceNumber: '7', item: '[["sk",{"S":"1"}],["userId",{"S":"u"}]]' });
  expect(JSON.parse(record.json)).toEqual({
    eventID: '1',
    eventName: 'REMOVE',
    eventSource: 'aws:dynamodb',
    eventVersion: '1.1',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:stream',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    dynamodb: {
      ApproximateCreationDateTime: 1_795_334_400,
      Keys: { userId: { S: 'u' }, sk: { S: '1' } },
      OldImage: { userId: { S: 'u' }, raw: { B: 'AQI=' }, all: { BS: ['Aw=='] } },
      SequenceNumber: '7',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  });
});

test('a put that changes nothing makes no record, whatever order the engine gives things in', () => {
  const OldImage = {
    a: { S: '1' },
    set: { SS: ['x', 'y'] },
    deep: { M: { b: { N: '1' }, c: { BOOL: true } } },
  };
  const same = { deep: { M: { c: { BOOL: true }, b: { N: '1' } } }, set: { SS: ['y', 'x'] }, a: { S: '1' } };
  expect(toStreamRecord(read({}, { OldImage, NewImage: same }), 'arn')).toBeUndefined();
  const other = { ...same, deep: { M: { c: { BOOL: false }, b: { N: '1' } } } };
  expect(toStreamRecord(read({}, { OldImage, NewImage: other }), 'arn')).toBeDefined();
  const list = { L: [{ S: '2' }, { S: '1' }] };
  const turned = { L: [{ S: '1' }, { S: '2' }] };
  expect(toStreamRecord(read({}, { OldImage: { list }, NewImage: { list: turned } }), 'arn')).toBeDefined();
});
