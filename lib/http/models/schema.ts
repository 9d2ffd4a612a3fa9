import { z } from '@hono/zod-openapi';
import { CATALOGUE, FEATURE_KINDS, FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
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
const feature = lazySchema(() => z.enum(FEATURES));
const share = (description: string) => z.number().openapi({ description });
const localizedText = lazySchema(() =>
  z.object({ zh: z.string(), en: z.string() }).openapi('Words', { example: { zh: '潜水者', en: 'Lurker' } }),
);

function describeFeature(name: FeatureName): string {
  const { label, kind, window } = CATALOGUE[name];
  const period = window === 'all' ? 'of all time' : `of ${window} days`;
  return `${label.en}: ${FEATURE_KINDS[kind].unit.en}, ${period}`;
}

const perFeature = (description: string) =>
  z
    .object(
      Object.fromEntries(
        FEATURES.map((name) => [
          name,
          z
            .number()
            .optional()
            .openapi({ description: describeFeature(name) }),
        ]),
      ) as Record<FeatureName, z.ZodOptional<z.ZodNumber>>,
    )
    .openapi({ description: `${description}; without features that came after it` });

const versions = lazySchema(() =>
  z
    .object(
      Object.fromEntries(MODEL_KINDS.map((one) => [one, z.string().optional()])) as Record<
        (typeof MODEL_KINDS)[number],
        z.ZodOptional<z.ZodString>
      >,
    )
    .openapi({ description: 'Version by kind' }),
);

const need = lazySchema(() =>
  z
    .object({
      what: z.enum(['members', 'historyDays', 'payers', 'stayed', 'left', 'ties']),
      have: z.number(),
      need: z.number(),
    })
    .openapi('Need', {
      description: 'What there is too little of',
      example: { what: 'payers', have: 12, need: 100 },
    }),
);

const publication = lazySchema(() =>
  z.object({
    publishedAt: time('When it went live'),
    by: z.enum(['run', 'rollback']),
    caller: z
      .string()
      .optional()
      .openapi({ description: 'Of a rollback: the id of the key that asked for it' }),
    runId: z.string(),
    asOf: z.string().openapi({ format: 'date' }),
    models: versions(),
  }),
);

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
        .array(publication())
        .openapi({ description: 'What was live, newest first, what is live included; at most 60' }),
    })
    .openapi('Models'),
);

const head = () => ({
  format: z.literal(1),
  version: version(),
  asOf: z.string().openapi({ format: 'date' }),
  members: z.int(),
});
const fitted = () => ({ ...head(), status: z.literal('fitted') });
const features = lazySchema(() =>
  z.array(feature()).openapi({ description: 'The features that it goes by' }),
);
const thresholds = lazySchema(() =>
  z
    .object({ newDays: z.number(), silentDays: z.number(), churnedDays: z.number() })
    .openapi({ description: 'Days that separate the stages of a member’s life' }),
);
const cluster = lazySchema(() =>
  z.object({
    id: z.string(),
    name: localizedText(),
    size: z.int(),
    strongest: z.array(z.object({ feature: feature(), z: z.number() })).openapi({
      description: 'What stands out, strongest first, in standard deviations from the mean of all',
    }),
  }),
);
const accuracy = () => ({ r2: z.number(), mae: z.number() });

const convergence = () => ({
  converged: z.boolean().optional().openapi({
    description:
      'Whether the figures had settled before the iterations were used up; if not they are approximate. Absent: an earlier release fitted it',
  }),
  iterations: z.int().optional(),
});

const cards = () =>
  [
    z
      .object({
        kind: z.enum(['profiles', 'lifecycle', 'value', 'influence']),
        ...head(),
        status: z.literal('insufficient'),
        needs: z.array(need()),
        thresholds: thresholds().optional(),
      })
      .openapi('InsufficientModel', {
        description: 'There was too little to fit a model on; no figure is made up',
      }),
    z
      .object({
        kind: z.literal('community'),
        ...fitted(),
        activityPercentiles: z
          .object({ counts: z.array(z.number()), shares: z.array(z.number()) })
          .openapi({ description: 'Interactions of 30 days, and the share of members with fewer' }),
        means: perFeature('Over all members'),
        medians: perFeature('Over all members'),
      })
      .openapi('CommunityModel'),
    z
      .object({
        kind: z.literal('profiles'),
        ...fitted(),
        features: features(),
        clusters: z.array(cluster()),
        card: z.object({
          k: z.int(),
          chosenBy: z.enum(['silhouette', 'configuration', 'fallback']),
          silhouettes: z.array(z.object({ k: z.int(), silhouette: z.number() })),
          inertia: z.number(),
          sampled: z.int(),
          previous: z
            .object({ version: z.string(), adjustedRandIndex: z.number(), movedShare: z.number() })
            .nullable()
            .openapi({ description: 'Against the profiles before; null for the first' }),
          ...convergence(),
        }),
      })
      .openapi('ProfilesModel'),
    z
      .object({
        kind: z.literal('lifecycle'),
        ...fitted(),
        thresholds: thresholds(),
        features: features(),
        classifier: z.enum(['tree', 'forest', 'neighbours']),
        card: z.object({
          positives: z.int().openapi({ description: 'Members who left' }),
          negatives: z.int(),
          heldOut: z.int(),
          auc: share('On members that the fit did not see; 0.5 is chance'),
          logLoss: z.number(),
          ruleAuc: share('Of the plain rule: the longer silent, the more at risk'),
          candidates: z.array(
            z.object({
              kind: z.enum(['tree', 'forest', 'neighbours', 'rule']),
              auc: z.number(),
              logLoss: z.number().nullable(),
            }),
          ),
          deciles: z
            .array(
              z.object({ members: z.int(), predicted: z.number(), observed: z.number(), lift: z.number() }),
            )
            .openapi({ description: 'Tenths of the held-out members, most at risk first' }),
        }),
      })
      .openapi('LifecycleModel'),
    z
      .object({
        kind: z.literal('value'),
        ...fitted(),
        currency: z.string(),
        features: features(),
        coefficients: z
          .array(
            z.object({
              feature: z.enum(['intercept', ...FEATURES]),
              estimate: z.number(),
              standardError: z.number(),
              low: z.number(),
              high: z.number(),
              distinguishable: z
                .boolean()
                .openapi({ description: 'Whether 0 lies outside the 95 % interval' }),
            }),
          )
          .openapi({ description: 'In minor units per unit of the feature' }),
        dropped: z.array(z.object({ feature: feature(), why: z.enum(['constant', 'collinear']) })),
        intervals: z
          .array(z.object({ upTo: z.number().nullable(), low: z.number(), high: z.number() }))
          .openapi({ description: '80 % prediction interval: what to add to predictions up to `upTo`' }),
        card: z.object({
          payers: z.int(),
          historyDays: z.int(),
          heldOut: z.int(),
          ...accuracy(),
          baseline: z.object(accuracy()).openapi({ description: 'Of predicting the mean for everybody' }),
          deciles: z.array(z.object({ members: z.int(), predicted: z.number(), observed: z.number() })),
        }),
      })
      .openapi('ValueModel'),
    z
      .object({
        kind: z.literal('influence'),
        ...fitted(),
        top: z
          .array(
            z.object({
              userId: z.string(),
              pageRank: z.number(),
              percentile: z.number(),
              circle: z.int(),
            }),
          )
          .openapi({ description: 'Most influential first, the first 20' }),
        reach: z
          .array(z.object({ userId: z.string(), added: z.int(), reached: z.int() }))
          .openapi({ description: 'The smallest set that reaches most others' }),
        card: z.object({
          ties: z.int(),
          circles: z.int(),
          modularity: z.number(),
          largestCircles: z.array(z.object({ circle: z.int(), size: z.int() })),
          ...convergence(),
        }),
      })
      .openapi('InfluenceModel'),
  ] as const;

export const OneModel = lazySchema(() =>
  z
    .object({
      live: z.boolean().openapi({ description: 'Whether this version is live' }),
      model: z.union(cards()).openapi({ description: 'What there is to know of it: the model card' }),
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
      name: localizedText().openapi({ description: 'What it goes by' }),
      ownName: localizedText().openapi({ description: 'What the model calls it' }),
      givenName: z.object({ zh: z.string().optional(), en: z.string().optional() }),
    })
    .openapi('NamedProfile'),
);
