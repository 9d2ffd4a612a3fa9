/** An error that a caller of the API may see: a stable code, the HTTP status, and what to do about it. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 503;
  readonly code: string;

  constructor(status: ApiError['status'], code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const THROTTLED = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

/** A dependency did not answer in time or refused; `retriable` says whether trying again can help. */
export class StoreError extends Error {
  readonly retriable: boolean;
  /** it answered that this was too much at once */
  readonly throttled: boolean;

  constructor(what: string, options: ErrorOptions & { retriable: boolean }) {
    super(what, options);
    this.name = 'StoreError';
    this.retriable = options.retriable;
    this.throttled = options.cause instanceof Error && THROTTLED.has(options.cause.name);
  }
}

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

/** Does what talks to a store. @param what as `toStoreError` takes it @throws StoreError */
export async function withStoreError<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toStoreError(what, cause);
  }
}

/** Throttling, failures of the service and broken connections can pass; refusals and our own bugs do not. */
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
 * Whether an error can pass without the request being changed: throttling, a conflict, a broken connection, a failure of the
 * service, and a missing right or table, which somebody has to put right for all requests. What is left are requests that
 * can never succeed, and our own bugs.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof StoreError) return error.retriable;
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return !INVALID_REQUEST.test(error.name) && !reasons.some(({ Code = '' }) => INVALID_REQUEST.test(Code));
}
