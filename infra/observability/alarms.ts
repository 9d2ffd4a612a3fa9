import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/base/service-function.ts';

type AlarmThreshold = { above: number; forMinutes?: number; meaning: string };

/** An alarm for each way in which an event could get lost, late or refused; mailed if there is an address. */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, address: string | undefined) {
    super(scope, id);
    if (address === undefined) return;
    this.topic = new Topic(this, 'Topic', { displayName: 'zhiqun alarms', enforceSSL: true });
    this.topic.addSubscription(new EmailSubscription(address));
    this.topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
  }

  onFunction(name: string, { lambda }: ServiceFunction): void {
    this.addAlarm(`${name}Errors`, lambda.metricErrors({ period }), {
      above: 0,
      meaning: `${name} throws or times out. Its log group says why`,
    });
    this.addAlarm(`${name}Throttles`, lambda.metricThrottles({ period }), {
      above: 0,
      meaning: `${name} needs more concurrency than it may have`,
    });
  }

  onStreamConsumer(name: string, consumer: ServiceFunction): void {
    this.addAlarm(`${name}Behind`, iteratorAge(consumer), {
      above: 60_000,
      forMinutes: 5,
      meaning: `${name} is over a minute behind: counts come late. What it gives up after 23 h, recover counts again`,
    });
  }

  onQueue(name: string, queue: Queue): void {
    this.addAlarm(`${name}Waiting`, oldestMessageAge(queue), {
      above: 30 * 60,
      forMinutes: 5,
      meaning: `Something in the ${name} queue has waited for half an hour. Its consumer fails, or has too much to do`,
    });
  }

  onTable(name: string, table: Table): void {
    const of = (metricName: string) => table.metric(metricName, { period, statistic: 'Sum' });
    const throttled = new MathExpression({
      label: name,
      expression: 'FILL(reads, 0) + FILL(writes, 0)',
      usingMetrics: { reads: of('ReadThrottleEvents'), writes: of('WriteThrottleEvents') },
      period,
    });
    this.addAlarm(`${name}TableThrottles`, throttled, {
      above: 0,
      forMinutes: 5,
      meaning: `DynamoDB throttles the ${name} table: one member is too hot, or the account's limit is reached`,
    });
  }

  onFailures(queue: Queue): void {
    const waiting = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
    this.addAlarm('Failures', waiting, {
      above: 0,
      meaning:
        'Something was given up: a file, a start, or a record whose member recover could not count again. Read the failures queue',
    });
  }

  onHttp(http: HttpApi): void {
    this.addAlarm('ServerErrors', http.metricServerError({ period, statistic: 'Sum' }), {
      above: 0,
      forMinutes: 3,
      meaning: 'Requests are answered 5xx. SDKs keep their events and try again',
    });
    this.addAlarm('Latency', http.metricLatency({ period, statistic: 'p99' }), {
      above: 1_000,
      forMinutes: 5,
      meaning: 'One request in a hundred takes over a second',
    });
  }

  onMachine(id: string, machine: StateMachine, { label, meaning }: { label: string; meaning: string }): void {
    const of = (metricName: string) => machine.metric(metricName, { period, statistic: 'Sum' });
    const failed = new MathExpression({
      label,
      expression: 'FILL(failed, 0) + FILL(late, 0) + FILL(aborted, 0)',
      usingMetrics: {
        failed: of('ExecutionsFailed'),
        late: of('ExecutionsTimedOut'),
        aborted: of('ExecutionsAborted'),
      },
      period,
    });
    this.addAlarm(id, failed, { above: 0, meaning });
  }

  onRejectedModels(name: string, fn: ServiceFunction): void {
    const filter = new MetricFilter(this, `${name}ModelsRefused`, {
      logGroup: fn.logs,
      filterPattern: FilterPattern.stringValue('$.message', '=', 'model refused'),
      metricNamespace: Stack.of(this).stackName,
      metricName: `${name} models refused`,
    });
    this.addAlarm(`${name}RefusesModels`, filter.metric({ period, statistic: 'Sum' }), {
      above: 0,
      meaning: `${name} found a model file that it cannot use, and goes on with the last good one. Its log says which`,
    });
  }

  onAudit({ logs }: ServiceFunction): void {
    const filter = new MetricFilter(this, 'AuditDifferences', {
      logGroup: logs,
      filterPattern: FilterPattern.stringValue('$.message', '=', 'audit found differences'),
      metricNamespace: Stack.of(this).stackName,
      metricName: 'members counted wrongly',
    });
    this.addAlarm('CountsDiffer', filter.metric({ period, statistic: 'Sum' }), {
      above: 0,
      meaning:
        'The nightly audit found members whose counts differed from the log, and put them right. npm run audit -- --all compares the others',
    });
  }

  private addAlarm(id: string, metric: IMetric, { above, forMinutes = 1, meaning }: AlarmThreshold): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: meaning,
      threshold: above,
      evaluationPeriods: forMinutes,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.topic) alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

/** What one point of every metric covers, and one evaluation of every alarm. */
export const period = Duration.minutes(1);

/** How long the last record that a stream consumer read had waited, in milliseconds. */
export function iteratorAge({ lambda }: ServiceFunction, label?: string): IMetric {
  return lambda.metric('IteratorAge', { period, statistic: 'Maximum', ...(label ? { label } : {}) });
}

/** How long the oldest message has been in a queue, waiting or being worked on, in seconds. */
export function oldestMessageAge(queue: Queue, label?: string): IMetric {
  return queue.metricApproximateAgeOfOldestMessage({
    period,
    statistic: 'Maximum',
    ...(label ? { label } : {}),
  });
}
