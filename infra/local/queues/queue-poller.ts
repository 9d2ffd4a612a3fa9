import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import type { QueueMapping } from './polling.ts';

/** Properties of AWS::Lambda::EventSourceMapping that are honoured for a queue. */
type MappingProperties = {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
  Enabled?: boolean;
  Tags?: unknown;
};

const supportedProperties: Record<keyof MappingProperties, true> = {
  EventSourceArn: true,
  FunctionName: true,
  BatchSize: true,
  FunctionResponseTypes: true,
  ScalingConfig: true,
  Enabled: true,
  Tags: true,
};

const maxMessagesPerCall = 10;

/** Whether an event source mapping reads a queue. */
export function isQueueMapping({ EventSourceArn }: Record<string, unknown>): boolean {
  return String(EventSourceArn).includes(':sqs:');
}

/**
 * Reads an event source mapping from a queue with Lambda's defaults.
 * @param functionOf finds a function by name or ARN
 * @param urlOf finds a queue's address by its ARN
 * @returns undefined if the mapping is switched off
 * @throws Error for a property that the local target does not know
 */
export function parseQueueMapping(
  given: Record<string, unknown>,
  functionOf: (nameOrArn: string) => LocalFunction,
  urlOf: (queueArn: string) => string,
): QueueMapping | undefined {
  const unknown = Object.keys(given).filter((name) => !(name in supportedProperties));
  if (unknown.length > 0)
    throw new Error(
      `the local target does not know ${unknown.join(', ')} (infra/local/queues/queue-poller.ts)`,
    );
  const properties = given as MappingProperties;
  const batchSize = properties.BatchSize ?? maxMessagesPerCall;
  if (batchSize > maxMessagesPerCall)
    throw new Error(`BatchSize is ${batchSize}; the local target calls with at most ${maxMessagesPerCall}`);
  if (properties.Enabled === false) return undefined;
  return {
    queueArn: properties.EventSourceArn,
    queueUrl: urlOf(properties.EventSourceArn),
    target: functionOf(properties.FunctionName),
    batchSize,
    maxConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 5, // as many as Lambda begins with
    reportsItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
  };
}
