import * as z from 'zod/mini';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import { each } from '#lib/platform/artefact.ts';
import { isObject } from '#lib/platform/json.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

/**
 * One whole number a day, without holes. A report has 20,000 of them: that each is a number is all that is looked at, `z.int`
 * takes ten times as long.
 */
export const series = lazySchema(() => z.array(z.number().register(z.globalRegistry, { type: 'integer' })));

/** A series for each action. */
export const seriesByAction = lazySchema(() => z.object(each(ACTIONS, series())));

/**
 * The schema of an object that counts by action, one series each, under `actions`. An action that its file does not know,
 * as a release before wrote it, was never counted: there are zeros for it.
 * @param like names another series of the object, which is as long
 */
/* @__NO_SIDE_EFFECTS__ */
export const countsByAction = <S extends z.ZodMiniType<{ actions: InferLazy<typeof seriesByAction> }>>(
  schema: S,
  like: (object: Record<string, unknown>) => unknown,
) =>
  z.pipe(
    z.transform((value: unknown) => (isObject(value) ? fill(value, like(value)) : value)),
    schema,
  );

function fill(object: Record<string, unknown>, like: unknown): Record<string, unknown> {
  if (!isObject(object['actions']) || !Array.isArray(like)) return object;
  return {
    ...object,
    actions: {
      ...each(
        ACTIONS,
        like.map(() => 0),
      ),
      ...object['actions'],
    },
  };
}

/** What one member wrote as feedback. */
export const feedbackText = lazySchema(() =>
  z.object({
    userId: z.string(),
    at: z.string(),
    rating: z.nullable(z.number()),
    nps: z.nullable(z.number()),
    text: z.string(),
  }),
);
export type FeedbackText = InferLazy<typeof feedbackText>;
