import * as z from 'zod/mini';
import type { FeatureName } from '#lib/features/catalogue.ts';
import { communityFields } from '#lib/models/community/schema.ts';
import { influenceFields } from '#lib/models/influence/schema.ts';
import { lifecycleFields, thresholds } from '#lib/models/lifecycle/schema.ts';
import type { ModelKind } from '#lib/models/model-files.ts';
import { cluster, profilesFields } from '#lib/models/profiles/schema.ts';
import { feature, head, needs } from '#lib/models/schema.ts';
import { valueFields } from '#lib/models/value/schema.ts';
import { described } from '#lib/platform/artefact.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';
import type { AnyModel, FittedModel } from './models.ts';

const features = lazySchema(() => described(z.array(feature()), 'The features that it goes by'));

/** What there is to know of a model, without the bulk of what it takes to score with it. */
export const modelCards = lazySchema(() => ({
  InsufficientModel: described(
    z.object({
      kind: z.enum(['profiles', 'lifecycle', 'value', 'influence']),
      ...head(),
      status: z.literal('insufficient'),
      needs: needs(),
      thresholds: z.exactOptional(thresholds()),
    }),
    'There was too little to fit a model on; no figure is made up',
  ),
  CommunityModel: communityFields(),
  ProfilesModel: z.extend(z.omit(profilesFields(), { coordinates: true, clusters: true, idsGiven: true }), {
    features: features(),
    clusters: z.array(z.omit(cluster(), { centroid: true })),
  }),
  LifecycleModel: z.extend(
    z.omit(lifecycleFields(), { coordinates: true, classifier: true, calibration: true }),
    { features: features(), classifier: z.enum(['tree', 'forest', 'neighbours']) },
  ),
  ValueModel: z.extend(z.omit(valueFields(), { means: true }), { features: features() }),
  InfluenceModel: z.extend(influenceFields(), {
    top: described(influenceFields().shape.top, 'Most influential first, the first 20'),
  }),
}));
export type ModelCard = z.infer<ReturnType<typeof modelCards>[keyof ReturnType<typeof modelCards>]>;

/** So many of those who move others most; the file has up to 1,000. */
const SHOWN_TOP = 20;

/** @param model as it was read */
export function buildModelCard(model: AnyModel): ModelCard {
  if (model.status === 'insufficient') return model;
  return BUILDERS[model.kind](model as never);
}

const BUILDERS: { [K in ModelKind]: (model: FittedModel<K>) => ModelCard } = {
  community: (model) => model,

  profiles({ coordinates, clusters, idsGiven: _, ...rest }) {
    return {
      ...rest,
      features: coordinates.map((one) => one.feature),
      clusters: clusters.map(({ centroid: __, ...shown }) => shown),
    };
  },

  lifecycle({ coordinates, classifier, calibration: _, ...rest }) {
    return {
      ...rest,
      features: coordinates.map((one) => one.feature),
      classifier: classifier.kind,
    };
  },

  value({ means: _, ...rest }) {
    const names = rest.coefficients.slice(1).map((one) => one.feature as FeatureName);
    return { ...rest, features: names };
  },

  influence: (model) => ({ ...model, top: model.top.slice(0, SHOWN_TOP) }),
};
