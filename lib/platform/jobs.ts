const MOST_CHARACTERS = 1_000;
const DEEPEST_CAUSE = 3;

/** What the service says of a function that came to no answer, and what helps. */
const STOPPED: readonly (readonly [RegExp, string])[] = [
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
export function reasonOf(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error, depth = 0; cause !== undefined && depth <= DEEPEST_CAUSE; depth += 1) {
    if (!(cause instanceof Error)) {
      parts.push(String(cause));
      break;
    }
    // The engine quotes the text that it could not parse; who wraps its error says more.
    const said =
      cause instanceof SyntaxError ? parts.length === 0 && 'it is not JSON' : cause.message || cause.name;
    if (said && !parts.some((part) => part.includes(said))) parts.push(said);
    cause = cause.cause;
  }
  return withoutSecrets(parts.join(': '));
}

/**
 * Why a step failed, from what Step Functions caught.
 * @param caught `Cause` of a function's error is JSON with its `errorMessage`
 */
export function reasonCaught({
  Error: name = '',
  Cause: cause = '',
}: {
  Error?: string;
  Cause?: string;
}): string {
  const said = errorMessageIn(cause);
  const hint = STOPPED.find(([pattern]) => pattern.test(`${name} ${said}`))?.[1];
  const told = said || name || 'No reason was given.';
  return withoutSecrets(hint === undefined ? told : `${told.replace(/[\s.]*$/, '.')} ${hint}`);
}

function errorMessageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return cause;
  }
}

const withoutSecrets = (text: string): string =>
  text
    .replace(/\b([ws]k)_[0-9A-Za-z]{8,}/g, '$1_***')
    .replace(/\b(AKIA|ASIA)[0-9A-Z]{12,}/g, '$1***')
    .replace(/([?&](X-Amz-[\w-]+|AWSAccessKeyId|Signature)=)[^&\s"]+/gi, '$1***')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS);
