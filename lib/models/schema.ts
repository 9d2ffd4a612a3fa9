import * as z from 'zod/mini';
import { CATALOGUE, FEATURE_KINDS, FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import { described, type Refuse, withRule } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import type { ModelKind } from './model-files.ts';

/** What the schemas of all model files are made of. A JSON number is finite as it is. */
export const finite = lazySchema(() => z.number());
export const positive = lazySchema(() => z.number().check(z.gt(0)));
export const notNegative = lazySchema(() => z.number().check(z.gte(0)));
export const share = lazySchema(() =>
  z.number().check(z.refine((n) => n >= 0 && n <= 1, 'a number from 0 to 1')),
);
export const whole = lazySchema(() => z.int());
export const count = lazySchema(() => z.int().check(z.gte(0)));
export const text = lazySchema(() => z.string().check(z.minLength(1)));
export const date = lazySchema(() => z.string().check(z.minLength(1), z.meta({ format: 'date' })));
export const feature = lazySchema(() => z.enum(FEATURES));

/** Figures by feature, of those features that the file names: others came after it. */
export const figuresByFeature = lazySchema(() =>
  z.object(
    Object.fromEntries(
      FEATURES.map((name) => [name, z.exactOptional(described(finite(), describeFeature(name)))]),
    ) as Record<FeatureName, z.ZodMiniExactOptional<z.ZodMiniNumber>>,
  ),
);

function describeFeature(name: FeatureName): string {
  const { label, kind, window } = CATALOGUE[name];
  const period = window === 'all' ? 'of all time' : `of ${window} days`;
  return `${label.en}: ${FEATURE_KINDS[kind].unit.en}, ${period}`;
}

export const localizedText = lazySchema(() =>
  described(z.object({ zh: text(), en: text() }), 'A text for people, in both languages', {
    zh: '潜水者',
    en: 'Lurker',
  }),
);

/** How an iterative method came to its end: with figures that had settled, or because the iterations were used up. */
export const convergence = lazySchema(() => ({
  converged: z.exactOptional(
    described(
      z.boolean(),
      'Whether the figures had settled before the iterations were used up; if not they are approximate. Absent: an earlier release fitted it',
    ),
  ),
  iterations: z.exactOptional(count()),
}));
export type Convergence = z.infer<z.ZodMiniObject<ReturnType<typeof convergence>>>;

/** What is too little for a model, and how much it would take. */
export const need = lazySchema(() =>
  described(
    z.object({
      what: z.enum(['members', 'historyDays', 'payers', 'stayed', 'left', 'ties']),
      have: notNegative(),
      need: notNegative(),
    }),
    'What there is too little of',
    { what: 'payers', have: 12, need: 100 },
  ),
);
export type Need = InferLazy<typeof need>;

/** How a feature becomes a coordinate: `(log ? log1p(max(0, x)) : x − mean) / sd`. NaN becomes 0, the mean. */
const coordinate = lazySchema(() =>
  z.object({ feature: feature(), log: z.boolean(), mean: finite(), sd: positive() }),
);
export type Coordinate = InferLazy<typeof coordinate>;

export const coordinates = lazySchema(() =>
  withRule(z.array(coordinate()).check(z.minLength(1)), (all, refuse) =>
    distinct(
      refuse,
      all.map((one) => one.feature),
      [],
    ),
  ),
);

/**
 * What every model file says. `version` is `<asOf>-<8 hex digits of the SHA-256 of the rest>`: same content, same version.
 * `asOf` is the date as of which it was fitted, `members` the rows it was fitted on.
 */
export const head = lazySchema(() => ({
  format: z.literal(1),
  version: described(
    text(),
    'The date as of which it was fitted, and 8 hex digits of what is in it',
    '2026-11-22-0f1e2d3c',
  ),
  asOf: date(),
  members: count(),
}));

export const fittedHead = <K extends ModelKind>(kind: K) => ({
  kind: z.literal(kind),
  ...head(),
  status: z.literal('fitted'),
});

export const needs = lazySchema(() => z.array(need()).check(z.minLength(1)));

/** There was too little to fit a model on; this is the answer, and no figure is made up. */
export const insufficient = <K extends ModelKind>(kind: K) =>
  z.object({
    kind: z.literal(kind),
    ...head(),
    status: z.literal('insufficient'),
    needs: needs(),
  });

/** A model that could be fitted. */
export type Fitted<M> = Extract<M, { status: 'fitted' }>;

const VERSION = /^(\d{4}-\d\d-\d\d)-[0-9a-f]{8}$/;

/** A model file whose version is of its date. */
/* @__NO_SIDE_EFFECTS__ */
export const modelFile = <S extends z.ZodMiniType<{ version: string; asOf: string }>>(schema: S): S =>
  withRule(schema, ({ version, asOf }, refuse) => {
    if (VERSION.exec(version)?.[1] !== asOf) refuse(['version'], `${asOf}- and 8 hex digits`, version);
  });

type Path = Parameters<Refuse>[0];

/** Refuses two that are equal. */
export function distinct(refuse: Refuse, values: readonly string[], path: Path): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) refuse(path, 'all different', `${twice} twice`);
}

/** Refuses the first that is lower than the one before it, or, if `strictly`, the same. */
export function ascending(refuse: Refuse, values: readonly number[], path: Path, strictly = false): void {
  const at = values.findIndex((value, i) => {
    const before = values[i - 1]!;
    return i > 0 && (strictly ? value <= before : value < before);
  });
  if (at > 0) refuse([...path, at], `higher than the one before, ${values[at - 1]}`, values[at]);
}

/** Refuses the first list that is not as long as the first of all. @param path of the object that has them */
export function sameLength(
  refuse: Refuse,
  lists: Readonly<Record<string, readonly unknown[]>>,
  path: Path,
): void {
  const [[first = '', expected = []] = [], ...others] = Object.entries(lists);
  for (const [name, found] of others)
    if (found.length !== expected.length)
      refuse([...path, name], `as long as ${first}, ${expected.length}`, `of length ${found.length}`);
}
