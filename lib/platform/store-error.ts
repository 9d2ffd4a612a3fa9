import { StoreError } from '#lib/platform/errors.ts';

const THROTTLED = /Throttl|LimitExceeded|ThroughputExceeded|SlowDown|TooManyRequests/;

interface AwsError {
  name?: string;
  $retryable?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Translates what an AWS client threw.
 * @param what the attempt, as a verb phrase: `put events`
 */
export function storeError(what: string, cause: unknown): StoreError {
  return cause instanceof StoreError ? cause : new StoreError(what, { retriable: isRetriable(cause), cause });
}

/** Throttling, faults of the service and broken connections can pass; refusals and our own bugs do not. */
function isRetriable(cause: unknown): boolean {
  if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof SyntaxError) return false;
  const { name = '', $retryable, $metadata } = (cause ?? {}) as AwsError;
  if ($retryable !== undefined || THROTTLED.test(name)) return true;
  const status = $metadata?.httpStatusCode;
  return status === undefined || status >= 500 || status === 429;
}
