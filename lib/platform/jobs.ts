import { redactSecrets } from './redact.ts';

const MAX_CHARACTERS = 1_000;
const MAX_CAUSES = 3;

/** What the service says of a function that came to no answer, and what helps. */
const KNOWN_CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /OutOfMemory|signal: killed|heap out of memory|Runtime\.ExitError/i,
    'It ran out of memory. Give its function more (infra/pipeline/nightly-pipeline.ts), or start a new run: the number of parts follows the size of the table.',
  ],
  [
    /Sandbox\.Timedout|Task timed out|States\.Timeout|timed out after/i,
    'It took longer than it may. Start a new run; if it happens again, give its function more memory, which makes it faster.',
  ],
  [
    /TooManyRequests|Lambda\.(Service|Unknown|SdkClient)|Throttl/i,
    'Lambda had no room for it. Start a new run a little later.',
  ],
  [
    /States\.Permissions|AccessDenied|not authorized/i,
    'A right is missing. Deploy the stack again, then start a new run.',
  ],
];

/**
 * Why an attempt failed, in words for an operator: the error and its causes, without what could be a secret.
 */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error, depth = 0; cause !== undefined && depth <= MAX_CAUSES; depth += 1) {
    if (!(cause instanceof Error)) {
      parts.push(String(cause));
      break;
    }
    // The engine quotes the text that it could not parse; who wraps its error says more.
    const message =
      cause instanceof SyntaxError ? parts.length === 0 && 'it is not JSON' : cause.message || cause.name;
    if (message && !parts.some((part) => part.includes(message))) parts.push(message);
    cause = cause.cause;
  }
  return toShortLine(parts.join(': '));
}

/**
 * Why a step failed, from what Step Functions caught.
 * @param caught `Cause` of a function's error is JSON with its `errorMessage`
 */
export function describeStateError({
  Error: name = '',
  Cause: cause = '',
}: {
  Error?: string;
  Cause?: string;
}): string {
  const message = parseErrorMessage(cause);
  const hint = KNOWN_CAUSES.find(([pattern]) => pattern.test(`${name} ${message}`))?.[1];
  const reason = message || name || 'No reason was given.';
  return toShortLine(hint === undefined ? reason : `${reason.replace(/[\s.]*$/, '.')} ${hint}`);
}

function parseErrorMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return cause;
  }
}

const toShortLine = (text: string): string =>
  redactSecrets(text).replace(/\s+/g, ' ').trim().slice(0, MAX_CHARACTERS);

/** Digits and small letters, one of each byte: enough of them to be unique within a day. */
export const shortId = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
