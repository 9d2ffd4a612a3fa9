import * as z from 'zod/mini';
import {
  convergence,
  coordinates,
  count,
  distinct,
  feature,
  finite,
  fittedHead,
  insufficient,
  localizedText,
  modelFile,
  notNegative,
  text,
} from '#lib/models/schema.ts';
import { described, withRule } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

export const cluster = lazySchema(() =>
  z.object({
    /** `p1`, `p2`, …; stays with the profile from fit to fit */
    id: text(),
    name: localizedText(),
    size: count(),
    centroid: z.array(finite()),
    strongest: described(
      z.array(z.object({ feature: feature(), z: finite() })),
      'What stands out, strongest first, in standard deviations from the mean of all',
    ),
  }),
);
export type ProfileCluster = InferLazy<typeof cluster>;

const card = lazySchema(() =>
  z.object({
    k: count(),
    chosenBy: z.enum(['silhouette', 'configuration', 'fallback']),
    silhouettes: z.array(z.object({ k: count(), silhouette: finite() })),
    inertia: notNegative(),
    sampled: count(),
    previous: described(
      z.nullable(z.object({ version: text(), adjustedRandIndex: finite(), movedShare: finite() })),
      'Against the profiles before; null for the first',
    ),
    /** of K-means over all members */
    ...convergence(),
  }),
);

export const profilesFields = lazySchema(() =>
  z.object({
    ...fittedHead('profiles'),
    coordinates: coordinates(),
    clusters: z.array(cluster()).check(z.minLength(1)),
    /** ids up to `p<idsGiven>` belong to profiles of this model or one before; absent: up to the highest of this one */
    idsGiven: z.exactOptional(count()),
    card: card(),
  }),
);

const fitted = lazySchema(() =>
  withRule(profilesFields(), (model, refuse) => {
    const { length: dimensions } = model.coordinates;
    model.clusters.forEach(({ centroid }, i) => {
      if (centroid.length !== dimensions)
        refuse(['clusters', i, 'centroid'], `a list of ${dimensions}`, `one of ${centroid.length}`);
    });
    distinct(
      refuse,
      model.clusters.map(({ id }) => id),
      ['ids of clusters'],
    );
    if (model.card.k !== model.clusters.length)
      refuse(['card', 'k'], `the number of clusters, ${model.clusters.length}`, model.card.k);
  }),
);

/** The kinds of members there are (用户画像), by K-means. */
export const profilesModel = lazySchema(() =>
  modelFile(z.discriminatedUnion('status', [fitted(), insufficient('profiles')])),
);
export type ProfilesModel = InferLazy<typeof profilesModel>;
