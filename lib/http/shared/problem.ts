import { z } from '@hono/zod-openapi';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import { readRequestId } from '#lib/platform/request-id.ts';

/** An error as RFC 9457 writes it. `code` is what programs may rely on; the texts may change. */
export const Problem = lazySchema(() =>
  z
    .object({
      type: z.literal('about:blank'),
      title: z.string().openapi({ description: 'What the status means', example: 'Not Found' }),
      status: z.int().openapi({ description: 'The HTTP status again', example: 404 }),
      code: z.string().openapi({ description: 'Stable; made for programs', example: 'member_not_found' }),
      detail: z.string().openapi({
        description: 'What happened and what to do, for people',
        example: 'No event of this member is known.',
      }),
      instance: z.string().optional().openapi({
        description: 'The id of this request: quote it when you report an error',
        example: '3f1c2a70-52de-4b8f-9a53-6f7f5f0e4b11',
      }),
      errors: z
        .array(z.object({ path: z.string(), message: z.string() }))
        .optional()
        .openapi({
          description: 'With `invalid_request`: what is wrong, place by place',
          example: [{ path: 'query.limit', message: 'Too big: expected number to be <=200' }],
        }),
    })
    .openapi('Problem', { description: 'An error (RFC 9457)' }),
);
export type Problem = InferLazy<typeof Problem>;

export const PROBLEM_TYPE = 'application/problem+json';
const RETRY_AFTER_SECONDS = '1';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

type ProblemFields = Pick<Problem, 'status' | 'code' | 'detail' | 'errors'>;

/** Answers every error that leaves a handler; the cause of a 5xx is logged and not disclosed. */
export function onError(log: Log): ErrorHandler {
  return (error, c) => {
    const problemFields = toProblem(error);
    const instance = readRequestId(c.env);
    if (problemFields.status >= 500) {
      log('error', 'request failed', {
        requestId: instance,
        status: problemFields.status,
        error: errorFields(error),
      });
    }
    return respondWithProblem(c, { ...problemFields, instance });
  };
}

/** Answers requests for which there is no route. */
export const notFound: NotFoundHandler = (c) =>
  respondWithProblem(c, {
    status: 404,
    code: 'route_not_found',
    detail: 'There is nothing here. GET /v1/openapi.json lists every route.',
    instance: readRequestId(c.env),
  });

function toProblem(error: unknown): ProblemFields {
  if (error instanceof InvalidRequest) return { ...fromApiError(error), errors: error.errors };
  if (error instanceof ApiError) return fromApiError(error);
  if (error instanceof StoreError && error.retriable) {
    return { status: 503, code: 'unavailable', detail: 'A store does not answer right now. Try again.' };
  }
  if (error instanceof HTTPException) {
    if (error.status === 415) {
      return { status: 415, code: 'not_json', detail: 'Send JSON, with Content-Type: application/json.' };
    }
    if (error.status === 400) {
      return { status: 400, code: 'invalid_json', detail: 'The body is not valid JSON.' };
    }
  }
  return { status: 500, code: 'internal', detail: 'An error on our side; it has been logged.' };
}

const fromApiError = ({ status, code, message }: ApiError): ProblemFields => ({
  status,
  code,
  detail: message,
});

function respondWithProblem(c: Context, problemFields: Omit<Problem, 'type' | 'title'>): Response {
  const body: Problem = {
    type: 'about:blank',
    title: TITLES[problemFields.status] ?? 'Error',
    ...problemFields,
  };
  if (problemFields.status === 503) c.header('Retry-After', RETRY_AFTER_SECONDS);
  if (problemFields.status === 401) c.header('WWW-Authenticate', 'Bearer realm="zhiqun"');
  return c.body(JSON.stringify(body), problemFields.status as ContentfulStatusCode, {
    'Content-Type': PROBLEM_TYPE,
  });
}

/** A request that breaks its schema; says where. */
class InvalidRequest extends ApiError {
  readonly errors: { path: string; message: string }[];

  constructor(errors: { path: string; message: string }[]) {
    super(400, 'invalid_request', 'Some of the request is not as described; see errors.');
    this.errors = errors;
  }
}

interface Issue {
  path: PropertyKey[];
  message: string;
}

/** What the validators call with their result: turns every schema error into an InvalidRequest. */
export function rejectInvalid(
  result: { target: string } & ({ success: true } | { success: false; error: { issues: Issue[] } }),
): void {
  if (result.success) return;
  const location = result.target === 'json' ? 'body' : result.target === 'param' ? 'path' : result.target;
  throw new InvalidRequest(
    result.error.issues.map(({ path, message }) => ({
      path: [location, ...path.map(String)].join('.'),
      message,
    })),
  );
}
