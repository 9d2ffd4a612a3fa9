import { z } from '@hono/zod-openapi';
import { FEATURES } from '#lib/features/catalogue.ts';
import { CountingNotice } from '#lib/http/shared/counting.ts';
import { MODEL_KINDS, STAGES } from '#lib/models/model-files.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

const MAX_IDS = 100;
const share = (description: string) =>
  z.number().openapi({ description: `${description}: between 0 and 1`, example: 0.83 });

const FeatureExplanation = lazySchema(() =>
  z.object({
    feature: z.enum(FEATURES),
    value: z.number().nullable().openapi({ description: 'Of this member; null when it is unknown' }),
    mean: z.number().nullable().openapi({ description: 'Of the community, last night' }),
    median: z.number().nullable(),
    ratio: z.number().nullable().openapi({ description: '`value` / `mean`; null without a mean above 0' }),
    words: z.string().openapi({
      description: 'The same as a sentence, by `Accept-Language`',
      example: '回复数是社群均值的 3.2 倍',
    }),
  }),
);

const Reason = lazySchema(() =>
  FeatureExplanation()
    .extend({
      pull: z.number().openapi({
        description:
          'How much nearer this feature brings the member to this profile than to the next nearest',
      }),
    })
    .openapi('ProfileReason', { description: 'A feature that draws the member to the profile' }),
);

const Contribution = lazySchema(() =>
  FeatureExplanation()
    .extend({
      amountMinor: z
        .number()
        .openapi({ description: 'What it adds to `base`, or takes from it, in minor units' }),
    })
    .openapi('ValueContribution', { description: 'What a feature adds to the expected payment' }),
);

const Missing = lazySchema(() =>
  z
    .enum([
      'no_model',
      'insufficient_data',
      'model_refused',
      'models_unreachable',
      'too_new',
      'already_churned',
      'not_ranked',
      'no_actions',
    ])
    .openapi('MissingReason', {
      description:
        'Why a figure is null. `no_model`: no run was published so far. `insufficient_data`: too little for a model; `GET /v1/models` says what is missing. `model_refused`: the file of the model does not read. `models_unreachable`: the store of models does not answer. `too_new`: less than a whole week here. `already_churned`: away already. `not_ranked`: not among the 1,000 most influential. `no_actions`: has done nothing that counts.',
    }),
);

const versions = () =>
  Object.fromEntries(MODEL_KINDS.map((kind) => [kind, z.string().optional()])) as Record<
    (typeof MODEL_KINDS)[number],
    z.ZodOptional<z.ZodString>
  >;

export const scoreExample = {
  userId: 'u_10086',
  asOf: '2026-03-08',
  activity: { value: 0.07125, count: 57, percentile: 0.94 },
  retention: 0.83,
  stage: 'active' as const,
  churnRisk: 0.07,
  profile: {
    id: 'p2',
    name: '高互动答疑者',
    distance: 1.42,
    margin: 0.38,
    reasons: [
      {
        feature: 'replies30' as const,
        value: 11,
        mean: 3.4,
        median: 1,
        ratio: 3.235,
        words: '回复数是社群均值的 3.2 倍',
        pull: 2.61,
      },
    ],
  },
  value: {
    amountMinor: 15480,
    currency: 'CNY',
    low: 3200,
    high: 27900,
    base: 11230.4,
    contributions: [
      {
        feature: 'payment90' as const,
        value: 59800,
        mean: 21430.5,
        median: 9900,
        ratio: 2.79,
        words: '最近 90 天的付费是社群均值的 2.8 倍',
        amountMinor: 4249.6,
      },
    ],
  },
  influence: null,
  missing: { influence: 'not_ranked' as const },
  models: { community: '2026-03-08-1f0c9a7e', profiles: '2026-03-08-5b21d0f4' },
};

export const Score = lazySchema(() =>
  z
    .object({
      userId: z.string(),
      asOf: z.string().openapi({
        format: 'date',
        description:
          "Today in the business's time zone, and what the member did today counts already; or the date that was asked for",
      }),
      activity: z.object({
        value: z.number().nullable().openapi({ description: '`count` / members of the community' }),
        count: z
          .int()
          .openapi({ description: 'Posts, replies, likes and activities joined in the last 30 days' }),
        percentile: share('Members with a lower count, those with the same one counting half').nullable(),
      }),
      retention: share('Complete weeks since joining, at most 12, in which the member was active').nullable(),
      stage: z.enum(STAGES).nullable(),
      churnRisk: share('The probability of doing nothing in the next 30 days').nullable(),
      profile: z
        .object({
          id: z.string(),
          name: z.string().openapi({ description: 'By `Accept-Language`' }),
          distance: z.number().openapi({ description: "From the profile's centre, in standard deviations" }),
          margin: share('How much nearer than the next profile, 0 for just as near'),
          reasons: z.array(Reason()).optional().openapi({ description: 'Strongest first, at most three' }),
        })
        .nullable(),
      value: z
        .object({
          amountMinor: z
            .int()
            .openapi({ description: 'Net payment expected in the next 30 days, in minor units' }),
          currency: z.string(),
          low: z.int().openapi({ description: 'With 80 % probability it will be between `low` and `high`' }),
          high: z.int(),
          base: z.number().openapi({
            description:
              'Expected of who is at the mean of everything. With all contributions it makes the amount; a negative one is answered as 0.',
          }),
          contributions: z.array(Contribution()).optional().openapi({ description: 'Strongest first' }),
        })
        .nullable(),
      influence: z
        .object({
          rank: z.int().openapi({ description: '1 is the most influential' }),
          pageRank: z.number(),
          percentile: share('Among those with ties'),
          circle: z.int().openapi({ description: 'Which circle of the community they belong to' }),
        })
        .nullable(),
      missing: z
        .object({
          activity: Missing().optional(),
          retention: Missing().optional(),
          stage: Missing().optional(),
          churnRisk: Missing().optional(),
          profile: Missing().optional(),
          value: Missing().optional(),
          influence: Missing().optional(),
        })
        .openapi({ description: 'Why what is null is null' }),
      models: z.object(versions()).openapi({ description: 'The versions that it was scored with' }),
      stale: z
        .object({ ageSeconds: z.int() })
        .optional()
        .openapi({ description: 'When the store of models does not answer: how long ago these were live' }),
      counting: CountingNotice().optional(),
    })
    .openapi('Score', { example: scoreExample }),
);
export type Score = InferLazy<typeof Score>;

export const ScoreQuery = z.object({
  explain: z
    .enum(['true', 'false'])
    .default('true')
    .openapi({ description: '`false` leaves out `reasons` and `contributions`' }),
  asOf: z.iso.date().optional().openapi({
    description:
      'As of the beginning of this date, by what the member had done before it, with the models that are live now; without it, as of this second',
  }),
});
export type ScoreQuery = z.infer<typeof ScoreQuery>;

export const ScoresRequest = z.lazy(() =>
  z
    .object({
      userIds: z
        .array(z.string())
        .min(1)
        .max(MAX_IDS)
        .openapi({ description: `At most ${MAX_IDS}` }),
    })
    .openapi('ScoresRequest', { example: { userIds: ['u_10086', 'u_20417'] } }),
);
export type ScoresRequest = z.infer<typeof ScoresRequest>;

const ScoreError = lazySchema(() =>
  z
    .object({
      userId: z.string(),
      error: z.object({
        code: z.enum(['member_not_found', 'member_damaged', 'user_id_invalid', 'unavailable']),
        message: z.string(),
      }),
    })
    .openapi('ScoreError', { description: 'Why this member has no score; it concerns no other' }),
);

export const ScoreList = lazySchema(() =>
  z
    .object({ scores: z.array(z.union([Score(), ScoreError()])), counting: CountingNotice().optional() })
    .openapi('ScoreList', {
      example: {
        scores: [
          scoreExample,
          {
            userId: 'u_20417',
            error: { code: 'member_not_found' as const, message: 'Nothing is known of this member.' },
          },
        ],
      },
    }),
);
export type ScoreList = InferLazy<typeof ScoreList>;
