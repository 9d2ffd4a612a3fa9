import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import type { StreamMapping } from './poller.ts';

/** Properties of AWS::Lambda::EventSourceMapping that the local target honours. */
type MappingProperties = {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  ParallelizationFactor?: number;
  StartingPosition?: 'TRIM_HORIZON' | 'LATEST';
  BisectBatchOnFunctionError?: boolean;
  FunctionResponseTypes?: string[];
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  DestinationConfig?: { OnFailure?: { Destination?: string } };
  Enabled?: boolean;
  Tags?: unknown;
};

const supportedProperties: Record<keyof MappingProperties, true> = {
  EventSourceArn: true,
  FunctionName: true,
  BatchSize: true,
  MaximumBatchingWindowInSeconds: true,
  ParallelizationFactor: true,
  StartingPosition: true,
  BisectBatchOnFunctionError: true,
  FunctionResponseTypes: true,
  MaximumRetryAttempts: true,
  MaximumRecordAgeInSeconds: true,
  DestinationConfig: true,
  Enabled: true,
  Tags: true,
};

/**
 * Reads an event source mapping with Lambda's defaults.
 * @param functionOf finds a function by name or ARN
 * @param senderTo makes what sends a message to a queue, by the queue's ARN
 * @returns undefined if the mapping is switched off
 * @throws Error for a source or a property that the local target does not know
 */
export function parseStreamMapping(
  given: Record<string, unknown>,
  functionOf: (nameOrArn: string) => LocalFunction,
  senderTo: (queueArn: string) => (message: string) => Promise<void>,
): StreamMapping | undefined {
  const unknown = Object.keys(given).filter((name) => !(name in supportedProperties));
  if (unknown.length > 0)
    throw new Error(`the local target does not know ${unknown.join(', ')} (infra/local/streams/mapping.ts)`);
  const properties = given as MappingProperties;
  if (!properties.EventSourceArn.includes(':dynamodb:'))
    throw new Error(`the local target reads table streams only, not ${properties.EventSourceArn}`);
  if (properties.Enabled === false) return undefined;
  const destination = properties.DestinationConfig?.OnFailure?.Destination;
  return {
    streamArn: properties.EventSourceArn,
    target: functionOf(properties.FunctionName),
    startingPosition: properties.StartingPosition ?? 'LATEST',
    batchSize: properties.BatchSize ?? 100,
    windowMs: (properties.MaximumBatchingWindowInSeconds ?? 0) * 1_000,
    parallelization: properties.ParallelizationFactor ?? 1,
    bisectsOnError: properties.BisectBatchOnFunctionError ?? false,
    reportsItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    maxRetries: properties.MaximumRetryAttempts ?? -1,
    maxRecordAgeSeconds: properties.MaximumRecordAgeInSeconds ?? -1,
    ...(destination && { sendFailure: senderTo(destination) }),
  };
}
