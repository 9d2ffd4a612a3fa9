import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/base/service-function.ts';
import { Alarms, iteratorAge, oldestMessageAge, period } from '#infra/observability/alarms.ts';

export type ObservabilityProps = {
  http: HttpApi;
  /** By the name they have in alarms and graphs, as are the tables. */
  functions: Readonly<Record<string, ServiceFunction>>;
  /** Those of the functions that read a stream. */
  streamConsumers: Readonly<Record<string, ServiceFunction>>;
  tables: Readonly<Record<string, Table>>;
  /** Those that a function consumes. */
  queues: Readonly<Record<string, Queue>>;
  failures: Queue;
  /** The state machines, and their functions: they call them again when they fail, so only their own failure is an alarm. */
  pipeline: StateMachine;
  rebuilds: StateMachine;
  machineFunctions: Readonly<Record<string, ServiceFunction>>;
  /** Those of the functions that load models. */
  modelReaders: Readonly<Record<string, ServiceFunction>>;
  /** Address that alarms are mailed to. */
  alarmEmail: string | undefined;
};

/** The alarms, and one dashboard to look at when one rings. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const alarms = new Alarms(this, 'Alarms', props.alarmEmail);
    for (const [name, fn] of Object.entries(props.functions)) alarms.onFunction(name, fn);
    for (const [name, fn] of Object.entries(props.streamConsumers)) alarms.onStreamConsumer(name, fn);
    for (const [name, queue] of Object.entries(props.queues)) alarms.onQueue(name, queue);
    for (const [name, table] of Object.entries(props.tables)) alarms.onTable(name, table);
    alarms.onFailures(props.failures);
    alarms.onHttp(props.http);
    alarms.onMachine('NightFailed', props.pipeline, {
      label: 'failed nightly runs',
      meaning: 'A nightly run failed, and published nothing. GET /v1/runs says which step, and why',
    });
    alarms.onMachine('RecountFailed', props.rebuilds, {
      label: 'failed recounts',
      meaning:
        'The rebuild stopped before it was through. GET /v1/rebuilds says why; it can be resumed where it was',
    });
    if (props.machineFunctions['audit']) alarms.onAudit(props.machineFunctions['audit']);
    for (const [name, fn] of Object.entries(props.modelReaders)) alarms.onRejectedModels(name, fn);

    new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12), widgets: buildGraphs(props) });
  }
}

const perHour = Duration.hours(1);

function buildGraphs(props: ObservabilityProps): GraphWidget[][] {
  const {
    http,
    functions,
    streamConsumers,
    tables,
    queues,
    failures,
    pipeline: night,
    machineFunctions,
  } = props;
  const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
  const perFunction = (metric: (fn: ServiceFunction, label: string) => IMetric) =>
    Object.entries({ ...functions, ...machineFunctions }).map(([label, fn]) => metric(fn, label));
  const perTable = (metricName: string) =>
    Object.entries(tables).map(([label, table]) =>
      table.metric(metricName, { label, period, statistic: 'Sum' }),
    );
  return [
    [
      graph(
        'Requests',
        http.metricCount({ period }),
        http.metricClientError({ period }),
        http.metricServerError({ period }),
      ),
      graph(
        'Latency, ms',
        http.metricLatency({ label: 'p50', period, statistic: 'p50' }),
        http.metricLatency({ label: 'p99', period, statistic: 'p99' }),
      ),
      graph('Given up', failures.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' })),
    ],
    [
      graph('Function errors', ...perFunction(({ lambda }, label) => lambda.metricErrors({ label, period }))),
      graph(
        'Function time p99, ms',
        ...perFunction(({ lambda }, label) => lambda.metricDuration({ label, period, statistic: 'p99' })),
      ),
      graph(
        'Function instances',
        ...perFunction(({ lambda }, label) =>
          lambda.metric('ConcurrentExecutions', { label, period, statistic: 'Maximum' }),
        ),
      ),
    ],
    [
      graph(
        'Behind the stream, ms',
        ...Object.entries(streamConsumers).map(([label, fn]) => iteratorAge(fn, label)),
      ),
      graph('Write units', ...perTable('ConsumedWriteCapacityUnits')),
      graph('Read units', ...perTable('ConsumedReadCapacityUnits')),
    ],
    [
      graph(
        'Oldest message, s',
        ...Object.entries(queues).map(([label, queue]) => oldestMessageAge(queue, label)),
      ),
      graph(
        'Nightly runs',
        night.metricSucceeded({ period: perHour }),
        night.metricFailed({ period: perHour }),
        night.metricTimedOut({ period: perHour }),
      ),
      graph('Time of a nightly run, ms', night.metricTime({ period: perHour, statistic: 'Maximum' })),
    ],
  ];
}
