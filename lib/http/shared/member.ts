import { z } from '@hono/zod-openapi';
import { MAX_ID_BYTES } from '#lib/events/ids.ts';
import { problemResponse } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';

/** A member's id as it stands in a path. */
export const MemberPath = z.object({
  userId: z
    .string()
    .min(1)
    .refine(
      (id) => Buffer.byteLength(id.replace(/^anon:(group:)?/, '')) <= MAX_ID_BYTES,
      `must be at most ${MAX_ID_BYTES} bytes of UTF-8`,
    )
    .openapi({
      param: { name: 'userId', in: 'path' },
      description:
        "The member's `userId` as your app sends it, percent-encoded; at most 256 bytes of UTF-8. Somebody who has not signed in yet is `anon:` and the anonymous id.",
      example: 'u_10086',
    }),
});
export type MemberPath = z.infer<typeof MemberPath>;

/** The errors of every route about one member. */
export const memberProblems = {
  404: problemResponse('Nothing is known of this member: `member_not_found`'),
  409: problemResponse(
    'What is stored of this member does not read, and a rebuild did not help: `member_damaged`',
  ),
};

/** @throws ApiError 404 when nothing is known of the member */
export function requireMember<T>(found: T | undefined): T {
  if (found === undefined) throw new ApiError(404, 'member_not_found', 'Nothing is known of this member.');
  return found;
}
