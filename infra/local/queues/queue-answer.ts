import type { SQSRecord } from 'aws-lambda';

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
