import { ApiError } from '#lib/platform/errors.ts';

/** A request that breaks its schema; says where. */
export class InvalidRequest extends ApiError {
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
