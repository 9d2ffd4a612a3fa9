import { z } from '@hono/zod-openapi';
import { ROLES } from '#lib/auth/keys/access-key.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

const role = z.enum(ROLES).openapi({
  description:
    '`write` records events and nothing else. `reader` reads; `operator` also repairs; `owner` also manages keys.',
});
const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .openapi({ description: 'What the key is for', example: '小程序' });

export const NewKey = z.lazy(() =>
  z.object({ name, role }).openapi('NewKey', { example: { name: '小程序', role: 'write' } }),
);
export type NewKey = z.infer<typeof NewKey>;

const id = z.string().openapi({
  description: 'SHA-256 of the key, base64url',
  example: 'kq3Zt0cW1cJ0m8oYw5bqg5b0n2bJ6aQhE0c1pYw9mZk',
});
const createdAt = z.string().openapi({ format: 'date-time', example: '2026-03-08T02:00:00.000Z' });

export const IssuedKey = lazySchema(() =>
  z
    .object({
      id,
      key: z.string().openapi({
        description: 'The key itself. Shown only now: keep it.',
        example: 'wk_(38 letters and digits)',
      }),
      name,
      role,
      createdAt,
    })
    .openapi('IssuedKey'),
);
export type IssuedKey = InferLazy<typeof IssuedKey>;

const Key = lazySchema(() =>
  z
    .object({
      id,
      name,
      role,
      createdAt,
      createdBy: z.string().openapi({
        description: 'The id of the key that made this one, or `owner-secret`',
        example: 'owner-secret',
      }),
      revokedAt: z
        .string()
        .optional()
        .openapi({ format: 'date-time', description: 'Absent while the key works' }),
    })
    .openapi('Key'),
);

export const KeyList = lazySchema(() => z.object({ keys: z.array(Key()) }).openapi('KeyList'));
export type KeyList = InferLazy<typeof KeyList>;

export const KeyPath = z.object({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be the id of a key: 43 letters, digits, - and _')
    .openapi({
      param: { name: 'id', in: 'path' },
      description: 'The id of the key, from the list of keys; not the key itself',
      example: 'kq3Zt0cW1cJ0m8oYw5bqg5b0n2bJ6aQhE0c1pYw9mZk',
    }),
});
export type KeyPath = z.infer<typeof KeyPath>;
