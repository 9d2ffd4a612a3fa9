import * as z from 'zod/mini';
import {
  convergence,
  count,
  finite,
  fittedHead,
  insufficient,
  modelFile,
  share,
  text,
  whole,
} from '#lib/models/schema.ts';
import { described } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

const MAX_TOP = 1_000;

export const influenceFields = lazySchema(() =>
  z.object({
    ...fittedHead('influence'),
    /** most influential first, at most 1,000. pageRank sums to 1 over all; percentile among those with ties */
    top: z
      .array(z.object({ userId: text(), pageRank: share(), percentile: share(), circle: whole() }))
      .check(z.maxLength(MAX_TOP)),
    /** each adds `added` members to those reached, in order */
    reach: described(
      z.array(z.object({ userId: text(), added: count(), reached: count() })),
      'The smallest set that reaches most others',
    ),
    card: z.object({
      /** of PageRank */
      ...convergence(),
      ties: count(),
      circles: count(),
      modularity: finite(),
      largestCircles: z.array(z.object({ circle: whole(), size: count() })),
    }),
  }),
);

/** Who moves others: PageRank over the ties between members, and the circles they form. */
export const influenceModel = lazySchema(() =>
  modelFile(z.discriminatedUnion('status', [influenceFields(), insufficient('influence')])),
);
export type InfluenceModel = InferLazy<typeof influenceModel>;
