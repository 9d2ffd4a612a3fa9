import * as z from 'zod/mini';
import {
  ascending,
  figuresByFeature,
  finite,
  fittedHead,
  modelFile,
  sameLength,
  share,
} from '#lib/models/schema.ts';
import { described, withRule } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

export const communityFields = lazySchema(() =>
  z.object({
    ...fittedHead('community'),
    /** interactions30: each different count in order, and the share of members with a lower one + half of those with it */
    activityPercentiles: described(
      z.object({ counts: z.array(finite()), shares: z.array(share()) }),
      'Interactions of 30 days, and the share of members with fewer',
    ),
    /** over those whose value is known, 0 when nobody's is */
    means: described(figuresByFeature(), 'Over all members; without features that came after it'),
    medians: described(figuresByFeature(), 'Over all members; without features that came after it'),
  }),
);

/** What a member is compared with: the community's size, and how its members are spread. */
export const communityModel = lazySchema(() =>
  modelFile(
    withRule(communityFields(), ({ activityPercentiles: { counts, shares }, means, medians }, refuse) => {
      sameLength(refuse, { counts, shares }, ['activityPercentiles']);
      ascending(refuse, counts, ['activityPercentiles', 'counts'], true);
      ascending(refuse, shares, ['activityPercentiles', 'shares']);
      for (const name in means)
        if (!(name in medians)) refuse(['medians', name], 'a finite number', undefined);
      for (const name in medians) if (!(name in means)) refuse(['means', name], 'a finite number', undefined);
    }),
  ),
);
export type CommunityModel = InferLazy<typeof communityModel>;
