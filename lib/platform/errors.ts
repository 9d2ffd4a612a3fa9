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
