import * as z from 'zod/mini';
import { FEATURES } from '#lib/features/catalogue.ts';
import {
  ascending,
  count,
  distinct,
  feature,
  finite,
  fittedHead,
  insufficient,
  modelFile,
  notNegative,
  text,
} from '#lib/models/schema.ts';
import { described, withRule } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

/** One line of the regression, in minor units per unit of the feature, with its 95 % confidence interval. */
const coefficient = lazySchema(() =>
  z.object({
    feature: z.enum(['intercept', ...FEATURES] as const),
    estimate: finite(),
    standardError: notNegative(),
    low: finite(),
    high: finite(),
    distinguishable: described(z.boolean(), 'Whether 0 lies outside the 95 % interval'),
  }),
);

const accuracy = lazySchema(() => ({ r2: finite(), mae: notNegative() }));

const card = lazySchema(() =>
  z.object({
    payers: count(),
    historyDays: count(),
    heldOut: count(),
    ...accuracy(),
    baseline: described(z.object(accuracy()), 'Of predicting the mean for everybody'),
    /** held-out tenths by prediction, highest first, in minor units */
    deciles: z.array(z.object({ members: count(), predicted: finite(), observed: finite() })),
  }),
);

export const valueFields = lazySchema(() =>
  z.object({
    ...fittedHead('value'),
    currency: text(),
    coefficients: described(
      z.array(coefficient()).check(z.minLength(1)),
      'In minor units per unit of the feature',
    ),
    /** the training rows' means of the features, in the order of the coefficients after the intercept */
    means: z.array(finite()),
    /** left out, and why */
    dropped: z.array(z.object({ feature: feature(), why: z.enum(['constant', 'collinear']) })),
    /** from held-out residuals; the last `upTo` is null */
    intervals: described(
      z.array(z.object({ upTo: z.nullable(finite()), low: finite(), high: finite() })).check(z.minLength(1)),
      '80 % prediction interval: what to add to predictions up to `upTo`',
    ),
    card: card(),
  }),
);

const fitted = lazySchema(() =>
  withRule(valueFields(), ({ coefficients, means, intervals }, refuse) => {
    const names = coefficients.map((one) => one.feature);
    if (names[0] !== 'intercept') refuse(['coefficients', 0, 'feature'], 'intercept', names[0]);
    distinct(refuse, names, ['features of coefficients']);
    if (means.length !== names.length - 1)
      refuse(['means'], `a list of ${names.length - 1}`, `one of ${means.length}`);
    const bounds = intervals.map(({ upTo }) => upTo);
    const last = bounds.pop();
    if (last !== null) refuse(['intervals', bounds.length, 'upTo'], 'null', last);
    const open = bounds.indexOf(null);
    if (open >= 0) refuse(['intervals but the last', open], 'a finite number', null);
    ascending(
      refuse,
      bounds.filter((bound) => bound !== null),
      ['upper bounds of intervals'],
      true,
    );
  }),
);

/** What a member will pay: net payment expected in the next 30 days (用户价值), by least squares. */
export const valueModel = lazySchema(() =>
  modelFile(z.discriminatedUnion('status', [fitted(), insufficient('value')])),
);
export type ValueModel = InferLazy<typeof valueModel>;
