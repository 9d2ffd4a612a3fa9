import { z } from '@hono/zod-openapi';
import { MAX_ID_BYTES } from '#lib/events/ids.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

/** A member as tools that read profiles name one. */
export const ExternalIdPath = z.object({
  externalId: z
    .string()
    .regex(/^(user_id|anonymous_id):[\s\S]/, 'must be user_id: and an id, or anonymous_id: and an id')
    .refine(
      (id) => Buffer.byteLength(id.slice(id.indexOf(':') + 1)) <= MAX_ID_BYTES,
      `must name an id of at most ${MAX_ID_BYTES} bytes of UTF-8`,
    )
    .openapi({
      param: { name: 'externalId', in: 'path' },
      description: "`user_id:` and the member's `userId`, or `anonymous_id:` and an anonymous id",
      example: 'user_id:u_10086',
    }),
});
export type ExternalIdPath = z.infer<typeof ExternalIdPath>;

export const TraitsQuery = z.object({
  include: z.string().min(1).max(2_048).optional().openapi({
    description: 'Names of the traits wanted, with commas between them; all if absent',
    example: 'stage,churn_risk',
  }),
  limit: z.coerce.number().int().min(1).max(200).default(100).openapi({ description: 'How many at most' }),
  next: z.string().min(1).max(2_048).optional().openapi({ description: '`cursor.next` of the page before' }),
});
export type TraitsQuery = z.infer<typeof TraitsQuery>;

export const Traits = lazySchema(() =>
  z
    .object({
      traits: z.record(z.string(), z.unknown()).openapi({ description: 'By name, in order of the names' }),
      cursor: z.object({
        url: z.string().openapi({ description: 'This page' }),
        has_more: z.boolean(),
        next: z.string().openapi({ description: 'Asks for the next page; empty on the last one' }),
        limit: z.int(),
      }),
    })
    .openapi('Traits', {
      description: "A page of a member's traits, in the shape of Segment's Profile API",
      example: {
        traits: {
          churn_risk: 0.07,
          name: '林晓雨',
          profile_name: '高互动答疑者',
          stage: 'active',
          value_minor: 15480,
        },
        cursor: { url: '/v1/profiles/user_id:u_10086/traits', has_more: false, next: '', limit: 100 },
      },
    }),
);
export type Traits = InferLazy<typeof Traits>;
