import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readSettings } from '#infra/base/settings.ts';

const settings = (context: Record<string, unknown>) => readSettings(new App({ context }).node);

test('without context the stack is a Chinese business’s dev stack', () => {
  expect(settings({})).toEqual({
    stage: 'dev',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    retentionDays: 400,
    nightHour: 3,
  });
});

test('every setting can be given on the command line, where all is text', () => {
  const given = {
    stage: 'prod',
    timeZone: 'America/New_York',
    currency: 'USD',
    retentionDays: '30',
    nightHour: '4',
    profiles: '5',
    lifecycle: '{"newDays":7,"silentDays":10,"churnedDays":30}',
    taxonomy: '{"learn":["Homework Handed In"]}',
    alarmEmail: 'ops@example.com',
  };
  expect(settings(given)).toEqual({ ...given, retentionDays: 30, nightHour: 4, profiles: 5 });
});

test('what is JSON on the command line may be a plain object in cdk.json', () => {
  expect(settings({ lifecycle: { churnedDays: 30, newDays: 7, silentDays: 10 } }).lifecycle).toBe(
    '{"newDays":7,"silentDays":10,"churnedDays":30}',
  );
  expect(settings({ taxonomy: { learn: ['Homework Handed In'] } }).taxonomy).toBe(
    '{"learn":["Homework Handed In"]}',
  );
});

test.each([
  ['stage', 'staging'],
  ['timeZone', 'Mars/Olympus'],
  ['currency', 'yuan'],
  ['retentionDays', '0'],
  ['retentionDays', 'a year'],
  ['nightHour', '24'],
  ['nightHour', 'three'],
  ['profiles', '1'],
  ['profiles', '11'],
  ['profiles', '2.5'],
  ['lifecycle', '{"newDays":14'],
  ['lifecycle', 'null'],
  ['lifecycle', '{"newDays":14,"silentDays":14}'],
  ['lifecycle', '{"newDays":14,"silentDays":0,"churnedDays":45}'],
  ['lifecycle', '{"newDays":14,"silentDays":45,"churnedDays":45}'],
  ['lifecycle', '{"newDays":14,"silentDays":14,"churnedDays":45,"lostDays":90}'],
  ['taxonomy', '{"learn"'],
  ['taxonomy', '{"learn":"Homework Handed In"}'],
  ['alarmEmail', 'nobody'],
])('%s=%s is refused with the name of the setting', (key, value) => {
  expect(() => settings({ [key]: value })).toThrow(`CDK context "${key}" is ${JSON.stringify(value)}`);
});
