import { z } from '@hono/zod-openapi';
import type { SecretRole } from '#lib/auth/keys/access-key.ts';
import { PROBLEM_TYPE, Problem } from '#lib/http/shared/problem.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

/** What API Gateway itself answers when it turns a request away. */
export const GatewayMessage = lazySchema(() =>
  z.object({ message: z.string().openapi({ example: 'Too Many Requests' }) }).openapi('GatewayMessage', {
    description: 'The gateway’s own answer, before the request reached zhiqun',
  }),
);

export const gatewayResponses = {
  429: jsonResponse('Too many requests. Wait a little and try again.', GatewayMessage),
};

/** An answer with a JSON body. */
export function jsonResponse<S extends z.ZodType>(description: string, schema: () => S) {
  return { description, content: { 'application/json': lazyContent(schema) } };
}

/** An answer that is an RFC 9457 problem. */
export function problemResponse(description: string) {
  return { description, content: { [PROBLEM_TYPE]: lazyContent(Problem) } };
}

/** The errors that every route behind a secret key may answer. */
export const guardedResponses = {
  400: problemResponse('The request is not as described here: `invalid_request`'),
  401: problemResponse('No key, or an unknown or revoked one: `unauthenticated`'),
  403: problemResponse('The key has not the role that this needs: `forbidden`'),
  500: problemResponse('An error on our side: `internal`'),
  503: problemResponse('A store does not answer; try again after `Retry-After` seconds: `unavailable`'),
  ...gatewayResponses,
};

/** Documents that a route needs a secret key with a role. */
export const securityFor = (role: SecretRole) => [{ secretKey: [role] }];

/** A body with a lazy schema, as a route describes it: the schema is built when the document reads it. */
export function lazyContent<S extends z.ZodType>(schema: () => S): { schema: S } {
  return {
    get schema() {
      return schema();
    },
  };
}
