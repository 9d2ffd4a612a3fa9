import { expect, test } from 'vitest';
import { type Resource, synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize();
const alarms = all('AWS::CloudWatch::Alarm');

type Reference = Parameters<typeof target>[0];
const logicalId = (reference: Reference) => target(reference) ?? '';

/** Logical ids of what alarms watch by this metric. */
function watched(metricName: string): string[] {
  const of = ({ Properties }: Resource) => [
    Properties,
    ...(Properties['Metrics'] ?? []).map((metric: Resource['Properties']) => metric['MetricStat']?.Metric),
  ];
  return alarms
    .flatMap(of)
    .filter((metric) => metric?.MetricName === metricName)
    .flatMap(({ Dimensions }) => Dimensions.map(({ Value }: { Value: Reference }) => logicalId(Value)))
    .sort();
}

const ids = (type: string) =>
  all(type)
    .map(({ id }) => id)
    .sort();

test('an alarm rings when any function fails or is throttled, but for those that a state machine calls again, and the one whose failures ring as dead letters', () => {
  const functions = ids('AWS::Lambda::Function').filter((id) => !/^(Nightly|Recount|Rules)/.test(id));
  expect(functions.length).toBeGreaterThanOrEqual(5);
  expect(watched('Errors')).toEqual(functions);
  expect(watched('Throttles')).toEqual(functions);
});

test('an alarm rings when a stream consumer falls behind', () => {
  const consumers = all('AWS::Lambda::EventSourceMapping')
    .filter(({ Properties }) => Properties['StartingPosition'] !== undefined)
    .map(({ Properties }) => Properties['FunctionName'].Ref);
  expect(watched('IteratorAge')).toEqual(consumers);
});

test('an alarm rings when a message waits too long in a queue that is consumed', () => {
  const consumed = ids('AWS::SQS::Queue').filter((id) => !id.startsWith('Failures'));
  expect(consumed.length).toBeGreaterThan(0);
  expect(watched('ApproximateAgeOfOldestMessage')).toEqual(consumed);
});

test('an alarm rings when anything was given up', () => {
  expect(watched('ApproximateNumberOfMessagesVisible')).toEqual(
    ids('AWS::SQS::Queue').filter((id) => id.startsWith('Failures')),
  );
});

test('an alarm rings when DynamoDB throttles any table', () => {
  expect(watched('ReadThrottleEvents')).toEqual(ids('AWS::DynamoDB::Table'));
  expect(watched('WriteThrottleEvents')).toEqual(ids('AWS::DynamoDB::Table'));
});

test('an alarm rings when requests fail or the slowest hundredth is slow', () => {
  expect(watched('5xx')).toEqual(ids('AWS::ApiGatewayV2::Api'));
  expect(watched('Latency')).toEqual(ids('AWS::ApiGatewayV2::Api'));
  const latency = alarms.find(({ Properties }) => Properties['MetricName'] === 'Latency');
  expect(latency?.Properties['ExtendedStatistic']).toBe('p99');
});

test('an alarm rings when a nightly run or a recount fails, takes too long or is aborted', () => {
  for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])
    expect(watched(metric)).toEqual(ids('AWS::StepFunctions::StateMachine'));
});

test('an alarm rings when a function that scores or shows models logs that it refuses one', () => {
  ringsOn('model refused', ['MembersApi', 'Console']);
});

test('an alarm rings when the audit logs that counts differ from the log', () => {
  ringsOn('audit found differences', ['NightlyAudit']);
});

/** Expects that what these functions log is counted, and rings. */
function ringsOn(message: string, functions: readonly string[]): void {
  const filters = all('AWS::Logs::MetricFilter').filter(
    ({ Properties }) => Properties['FilterPattern'] === `{ $.message = "${message}" }`,
  );
  const logGroups = functions.map((name) => {
    const { LoggingConfig } = one('AWS::Lambda::Function', name).Properties;
    return logicalId(LoggingConfig.LogGroup);
  });
  expect(filters.map(({ Properties }) => logicalId(Properties['LogGroupName'])).sort()).toEqual(
    logGroups.sort(),
  );
  for (const { Properties } of filters) {
    const [{ MetricName, MetricNamespace }] = Properties['MetricTransformations'];
    expect(
      alarms.filter(
        ({ Properties: { MetricName: watches, Namespace } }) =>
          watches === MetricName && Namespace === MetricNamespace,
      ),
    ).toHaveLength(1);
  }
}

test('every alarm says what it means, and silence is no alarm', () => {
  for (const { Properties } of alarms) {
    expect(Properties['AlarmDescription']).toMatch(/.{20,}/);
    expect(Properties['TreatMissingData']).toBe('notBreaching');
  }
});

test('there is one dashboard', () => {
  expect(one('AWS::CloudWatch::Dashboard')).toBeDefined();
});

test('with an address every alarm is mailed, and CloudWatch may do so', () => {
  const mailed = synthesize({ alarmEmail: 'ops@example.com' });
  const topic = mailed.one('AWS::SNS::Topic').id;
  expect(mailed.one('AWS::SNS::Subscription').Properties).toMatchObject({
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  });
  for (const { Properties } of mailed.all('AWS::CloudWatch::Alarm'))
    expect(Properties['AlarmActions']).toEqual([{ Ref: topic }]);
  expect(mailed.one('AWS::SNS::TopicPolicy').Properties['PolicyDocument'].Statement).toContainEqual(
    expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
  );
});
