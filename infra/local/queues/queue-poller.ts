import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import type { LocalFunction } from '#infra/local/lambda/functions.ts';

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

/** An event source mapping from a queue to a function. */
export type QueueMapping = {
  queueArn: string;
  queueUrl: string;
  target: LocalFunction;
  /** Messages per call, 10 at most. */
  batchSize: number;
  /** Calls at once. */
  maxConcurrency: number;
  /** Whether the function's answer names the messages that failed. */
  reportsItemFailures: boolean;
};

export type QueuePoller = { stop(): Promise<void> };

type QueuePollerOptions = { client: SQSClient; region: string; log(message: string): void };

// Receiving is not broken off, or a message that is just being handed out would be hidden as long as the queue hides
// one. So a stop waits for it, which therefore must not take long.
const waitSeconds = 1;
const finishWithinMs = 1_500;

/**
 * Starts delivering a queue's messages to a function, as Lambda does: what succeeded is deleted, what failed is left
 * to the visibility timeout, and to the queue's redrive policy if it keeps failing.
 */
export function pollQueue(mapping: QueueMapping, { client, region, log }: QueuePollerOptions): QueuePoller {
  const { queueArn, queueUrl: QueueUrl, target, batchSize, maxConcurrency, reportsItemFailures } = mapping;
  const stopping = new AbortController();
  const { signal } = stopping;
  const calls = new Set<Promise<void>>();
  const unfinished = new Set<Message>();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

  async function receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (await client.send(command)).Messages ?? [];
  }

  async function call(messages: readonly Message[]): Promise<void> {
    const Records = messages.map((message) => toSqsRecord(message, { queueArn, region }));
    let failed: ReadonlySet<string>;
    try {
      const answer = await target.invoke(JSON.stringify({ Records }));
      failed = parseFailedMessages(reportsItemFailures ? answer : undefined, Records);
      if (failed.size > 0) log(`${target.name}: ${failed.size} message(s) failed and may come again`);
    } catch (error) {
      failed = new Set(Records.map(({ messageId }) => messageId));
      log(`${target.name}: ${errorMessage(error)}; ${failed.size} message(s) may come again`);
    }
    for (const message of messages) {
      unfinished.delete(message);
      if (!failed.has(message.MessageId ?? '')) await remove(message);
    }
  }

  async function remove({ ReceiptHandle }: Message): Promise<void> {
    // A message that could not be deleted comes again, which functions must bear anyway.
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch((error) => {
      if (!signal.aborted) log(`a message for ${target.name} could not be deleted: ${errorMessage(error)}`);
    });
  }

  /** A message whose call is cut off by the end of this process did not fail: it starts again, with its count. */
  async function putBack(message: Message): Promise<void> {
    const { Body: MessageBody, MessageAttributes, ReceiptHandle } = message;
    try {
      const copy = { MessageBody, ...(MessageAttributes ? { MessageAttributes } : {}) };
      await client.send(new SendMessageCommand({ QueueUrl, ...copy }));
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    } catch (error) {
      log(
        `a message for ${target.name} comes again only after its visibility timeout: ${errorMessage(error)}`,
      );
    }
  }

  const polling = (async () => {
    while (!signal.aborted) {
      try {
        const messages = await receive();
        if (messages.length === 0) continue;
        for (const message of messages) unfinished.add(message);
        if (signal.aborted) break;
        const running = call(messages).finally(() => calls.delete(running));
        calls.add(running);
      } catch (error) {
        if (!signal.aborted) log(`the queue of ${target.name} does not answer: ${errorMessage(error)}`);
        await delay(1_000, undefined, { signal }).catch(() => {});
      }
      while (calls.size >= maxConcurrency && !signal.aborted) await Promise.race([...calls, aborted]);
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      const deadline = delay(finishWithinMs, undefined, { ref: false });
      await polling;
      await Promise.race([Promise.all(calls), deadline]);
      await Promise.all([...unfinished].map(putBack));
    },
  };
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Which messages of a batch failed, by a function's answer, as Lambda reads it: an answer without a list of failures
 * means that all went well; one that names something else than a message of the batch means that all failed.
 * @param answer undefined for a mapping that does not report failures of single messages
 * @returns message ids
 */
export function parseFailedMessages(answer: unknown, records: readonly SQSRecord[]): ReadonlySet<string> {
  const ids = new Set(records.map(({ messageId }) => messageId));
  const failures = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return ids;
  const failed = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id) => typeof id === 'string' && ids.has(id)) ? new Set(failed as string[]) : ids;
}

/** A received message as Lambda shows it to a function. */
function toSqsRecord(message: Message, source: { queueArn: string; region: string }): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: source.queueArn,
    awsRegion: source.region,
  };
}

function toAttribute({ DataType, StringValue, BinaryValue }: MessageAttributeValue): SQSMessageAttribute {
  return {
    dataType: DataType ?? 'String',
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
  };
}
