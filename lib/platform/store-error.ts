import { StoreError } from '#lib/platform/errors.ts';

const RETRIABLE_NAME = /Throttl|LimitExceeded|ThroughputExceeded|SlowDown|TooManyRequests/;

interface AwsError {
  name?: string;
  $retryable?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Translates what an AWS client threw.
 * @param what the attempt, as a verb phrase: `put events`
 */
export function toStoreError(what: string, cause: unknown): StoreError {
  return cause instanceof StoreError ? cause : new StoreError(what, { retriable: isRetriable(cause), cause });
}

/** Throttling, faults of the service and broken connections can pass; refusals and our own bugs do not. */
function isRetriable(cause: unknown): boolean {
  if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof SyntaxError) return false;
  const { name = '', $retryable, $metadata } = (cause ?? {}) as AwsError;
  if ($retryable !== undefined || RETRIABLE_NAME.test(name)) return true;
  const status = $metadata?.httpStatusCode;
  return status === undefined || status >= 500 || status === 429;
}

/** What DynamoDB answers when the request itself is wrong, or makes an item that is too large. */
const INVALID_REQUEST =
  /^(Validation|Serialization|ItemCollectionSizeLimitExceeded)(Error|Exception)?$|^ValidationError$/;

/**
 * Whether an error can pass without the request being changed: throttling, a conflict, a broken connection, a fault of the
 * service, and a missing right or table, which somebody has to put right for all requests. What is left are requests that
 * can never succeed, and our own bugs.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof StoreError) return error.retriable;
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return !INVALID_REQUEST.test(error.name) && !reasons.some(({ Code = '' }) => INVALID_REQUEST.test(Code));
}
