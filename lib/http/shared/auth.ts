import { createMiddleware } from 'hono/factory';
import { allows, type SecretRole } from '#lib/auth/keys/access-key.ts';
import type { Caller, KeyRing } from '#lib/auth/keys/key-ring.ts';
import { ApiError } from '#lib/platform/errors.ts';

export interface ApiEnv {
  Variables: { caller: Caller };
}

/**
 * Middleware that lets only callers with a role (or a higher one) pass, and says who called as `caller`.
 * The key comes as `Authorization: Bearer sk_…`, or as the user name of Basic.
 * @throws ApiError 401 without a working key, 403 with one that may not do this
 */
export function roleGuard(keys: Pick<KeyRing, 'authenticate'>) {
  return (needed: SecretRole) =>
    createMiddleware<ApiEnv>(async (c, next) => {
      const presented = parseKey(c.req.header('Authorization'));
      if (presented === undefined) {
        throw new ApiError(401, 'unauthenticated', 'Send a secret key: Authorization: Bearer sk_…');
      }
      const caller = await keys.authenticate(presented);
      if (caller === undefined) {
        throw new ApiError(401, 'unauthenticated', 'This key is unknown or revoked.');
      }
      if (!allows(caller.role, needed)) {
        const yours =
          caller.role === 'write' ? 'a write key, which only records events' : `a ${caller.role} key`;
        throw new ApiError(
          403,
          'forbidden',
          `This needs a secret key with the role ${needed}; yours is ${yours}.`,
        );
      }
      c.set('caller', caller);
      await next();
    });
}

/** The middleware for one role, as `guard` makes it. */
export type RequireRole = ReturnType<typeof roleGuard>;

function parseKey(authorization: string | undefined): string | undefined {
  const match = /^(bearer|basic) +([^\s]+)\s*$/i.exec(authorization ?? '');
  if (match === null) return undefined;
  const [, scheme, value = ''] = match;
  if (scheme?.toLowerCase() === 'bearer') return value;
  const user = Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
  return user || undefined;
}
