import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { handleImportMessage, type ImportJobDeps } from './import-job.ts';
import { parseImportMessage } from './import-message.ts';
import type { ImportsQueue } from './imports-queue.ts';

/**
 * Handles a batch of the imports queue; a message that fails comes again, alone.
 * @param onFailure told of every failure
 */
export async function handleImportBatch(
  { Records }: SQSEvent,
  queue: ImportsQueue,
  deps: ImportJobDeps,
  onFailure: (error: unknown) => void,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body, receiptHandle, attributes } of Records) {
    try {
      await queue.withHeartbeat(receiptHandle, async () => {
        const attempt = Number(attributes.ApproximateReceiveCount);
        for (const message of parseImportMessage(body)) await handleImportMessage(message, attempt, deps);
      });
    } catch (error) {
      onFailure(error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
