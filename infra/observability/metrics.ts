import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ServiceFunction } from '#infra/base/service-function.ts';

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
