import { setTimeout as pause } from 'node:timers/promises';
import type { Target } from './command.ts';

/** An answer of the API that is no success. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The API as the command line uses it. */
export interface ApiClient {
  /**
   * Asks for something; tries again for as long as the API is away or has too much to do.
   * @param patienceMs for how long
   * @throws ApiProblem, or Error when nothing answers
   */
  request<T>(method: string, path: string, body?: unknown, patienceMs?: number): Promise<T>;
}

const TIMEOUT_MS = 30_000;
const PATIENCE_MS = 5_000;
const RETRYABLE_STATUSES = new Set([429, 502, 503, 504]);

interface ProblemBody {
  code?: string;
  detail?: string;
  message?: string;
  errors?: { path: string; message: string }[];
}

export function apiClient({ api, key }: Target): ApiClient {
  let hasAnswered = false;
  async function once<T>(method: string, path: string, body: unknown): Promise<T> {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    hasAnswered = true;
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    throw toProblem(response.status, text, api);
  }

  return {
    async request<T>(method: string, path: string, body?: unknown, patienceMs = PATIENCE_MS): Promise<T> {
      const until = performance.now() + patienceMs;
      for (let waitMs = 200; ; waitMs = Math.min(2 * waitMs, 2_000)) {
        try {
          return await once<T>(method, path, body);
        } catch (error) {
          const isAnswer = error instanceof ApiProblem;
          if (isAnswer && !RETRYABLE_STATUSES.has(error.status)) throw error;
          // Who never answered is more likely not there than away for a moment.
          if (!hasAnswered || performance.now() + waitMs > until)
            throw isAnswer ? error : unreachableError(api, error);
        }
        await pause(waitMs);
      }
    },
  };
}

function toProblem(status: number, text: string, api: string): ApiProblem {
  const body = parseProblem(text);
  const code = body.code ?? '';
  if (status === 401)
    return new ApiProblem(status, code, `${api} does not know this key, or it was revoked.`);
  const what = body.detail ?? body.message ?? text.slice(0, 200);
  const problems = (body.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  return new ApiProblem(status, code, `${what}${problems} (${status}${code && ` ${code}`})`);
}

function parseProblem(text: string): ProblemBody {
  try {
    return (JSON.parse(text) ?? {}) as ProblemBody;
  } catch {
    return {};
  }
}

function unreachableError(api: string, cause: unknown): Error {
  const { message, cause: reason } = cause as Error;
  const why = (reason as NodeJS.ErrnoException | undefined)?.code ?? message;
  const hint = /^https?:\/\/(127\.|localhost|\[::1\])/.test(api)
    ? 'Start zhiqun on this machine with npm start, or name a deployed one with --api URL --key sk_…'
    : 'Is the address right, and the network there?';
  return new Error(`Nothing answers at ${api} (${why}).\n  ${hint}`, { cause });
}

const FIRST_POLL_MS = 200;
const MAX_POLL_MS = 3_000;
/** A job goes on whether anybody looks or not, so an API that is away for a while is no reason to give up. */
const POLL_PATIENCE_MS = 60_000;

/**
 * Asks for a job again and again, more and more slowly, until it has ended.
 * @param hasEnded whether a view is the last one
 * @param onProgress is given every view before that
 * @throws as `ApiClient.request`
 */
export async function followJob<T>(
  api: ApiClient,
  path: string,
  hasEnded: (view: T) => boolean,
  onProgress: (view: T) => void,
): Promise<T> {
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 1.3, MAX_POLL_MS)) {
    const view = await api.request<T>('GET', path, undefined, POLL_PATIENCE_MS);
    if (hasEnded(view)) return view;
    onProgress(view);
    await pause(waitMs);
  }
}
