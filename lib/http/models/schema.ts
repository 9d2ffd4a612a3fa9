import { z } from '@hono/zod-openapi';
import { artefact } from '#lib/http/shared/artefacts.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

const VERSION = /^\d{4}-\d\d-\d\d-[0-9a-f]{8}$/;
const MAX_NAME_LENGTH = 60;

const kind = z.enum(MODEL_KINDS);
const version = lazySchema(() =>
  z.string().openapi({
    description: 'The date as of which it was fitted, and 8 hex digits of what is in it',
    example: '2026-11-22-0f1e2d3c',
  }),
);
const time = (description: string) =>
  z.string().openapi({ format: 'date-time', description, example: '2026-11-21T19:02:40.000Z' });
export const Models = lazySchema(() =>
  z
    .object({
      publishedAt: time('When what is live went live').nullable(),
      runId: z.string().nullable(),
      asOf: z
        .string()
        .nullable()
        .openapi({ format: 'date', description: 'null before the first nightly run' }),
      models: z.array(
        z
          .object({
            kind,
            version: version(),
            status: z.enum(['fitted', 'insufficient', 'refused']).openapi({
              description:
                '`insufficient`: there is too little to fit one on, its card says what. `refused`: its file cannot be used, and the last good one of its kind serves',
            }),
            asOf: z.string().optional().openapi({ format: 'date' }),
            members: z.int().optional().openapi({ description: 'How many it was fitted on' }),
            reason: z.string().optional().openapi({ description: 'Why it is refused' }),
          })
          .openapi('LiveModel'),
      ),
      profileNames: z
        .record(z.string(), z.object({ zh: z.string().optional(), en: z.string().optional() }))
        .openapi({
          description: 'What operators call profiles in place of the models’ own names, by profile id',
        }),
      history: z
        .array(artefact('Publication'))
        .openapi({ description: 'What was live, newest first, what is live included; at most 60' }),
    })
    .openapi('Models'),
);

const MODEL_CARDS = [
  'InsufficientModel',
  'CommunityModel',
  'ProfilesModel',
  'LifecycleModel',
  'ValueModel',
  'InfluenceModel',
] as const;

export const OneModel = lazySchema(() =>
  z
    .object({
      live: z.boolean().openapi({ description: 'Whether this version is live' }),
      model: artefact(...MODEL_CARDS).openapi({ description: 'What there is to know of it: the model card' }),
      file: z
        .record(z.string(), z.unknown())
        .optional()
        .openapi({ description: 'With `file=true`: all of the file, what scoring works with included' }),
    })
    .openapi('OneModel'),
);

export const ModelPath = z.object({
  kind: kind.openapi({ param: { name: 'kind', in: 'path' }, example: 'profiles' }),
  version: z
    .string()
    .regex(VERSION, 'must be a version: YYYY-MM-DD-xxxxxxxx')
    .openapi({ param: { name: 'version', in: 'path' }, example: '2026-11-22-0f1e2d3c' }),
});

export const ModelQuery = z.object({
  file: z
    .enum(['true', 'false'])
    .default('false')
    .openapi({ description: 'Whether to answer all of the file too' }),
});

export const Rollback = z.lazy(() =>
  z
    .object({
      kind: kind.optional().openapi({ description: 'Only this kind; all by default' }),
      version: z
        .string()
        .regex(VERSION, 'must be a version: YYYY-MM-DD-xxxxxxxx')
        .optional()
        .openapi({ description: 'With `kind`: which version; the one before by default' }),
      publishedAt: z.iso
        .datetime()
        .optional()
        .openapi({ description: 'Everything as this publication of the history had it' }),
    })
    .refine(({ kind, version }) => version === undefined || kind !== undefined, {
      path: ['kind'],
      message: 'must be named with `version`',
    })
    .refine(({ kind, publishedAt }) => publishedAt === undefined || kind === undefined, {
      path: ['publishedAt'],
      message: 'goes for all kinds: leave `kind` out',
    })
    .openapi('Rollback', { example: { kind: 'value', version: '2026-11-21-9a8b7c6d' } }),
);

export const ProfilePath = z.object({
  id: z
    .string()
    .regex(/^p\d{1,6}$/, 'must be the id of a profile: p1')
    .openapi({ param: { name: 'id', in: 'path' }, example: 'p1' }),
});

const givenName = z
  .string()
  .trim()
  .max(MAX_NAME_LENGTH)
  .nullish()
  .transform((name) => name || undefined);

export const NewProfileName = z.lazy(() =>
  z.object({ zh: givenName, en: givenName }).openapi('NewProfileName', {
    description: 'What is left out, null or empty goes by the model’s own name',
    example: { zh: '铁杆粉丝', en: 'Die-hard fans' },
  }),
);

export const NamedProfile = lazySchema(() =>
  z
    .object({
      id: z.string(),
      name: artefact('Words').openapi({ description: 'What it goes by' }),
      ownName: artefact('Words').openapi({ description: 'What the model calls it' }),
      givenName: z.object({ zh: z.string().optional(), en: z.string().optional() }),
    })
    .openapi('NamedProfile'),
);
