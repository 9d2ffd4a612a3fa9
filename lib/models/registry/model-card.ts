import type { FeatureName } from '#lib/features/catalogue.ts';
import type {
  AnyModel,
  FittedModel,
  Insufficient,
  ModelByKind,
  ModelKind,
  ProfileCluster,
} from '#lib/models/model-files.ts';

/** What there is to know of a model, without the bulk of what it takes to score with it. */
export type ModelCard =
  | Insufficient<'profiles' | 'value' | 'influence'>
  | Extract<ModelByKind['lifecycle'], { status: 'insufficient' }>
  | FittedModel<'community'>
  | (Omit<FittedModel<'profiles'>, 'coordinates' | 'clusters' | 'idsGiven'> & {
      features: FeatureName[];
      clusters: Omit<ProfileCluster, 'centroid'>[];
    })
  | (Omit<FittedModel<'lifecycle'>, 'coordinates' | 'classifier' | 'calibration'> & {
      features: FeatureName[];
      classifier: FittedModel<'lifecycle'>['classifier']['kind'];
    })
  | (Omit<FittedModel<'value'>, 'means'> & { features: FeatureName[] })
  | FittedModel<'influence'>;

/** So many of those who move others most; the file has up to 1,000. */
const SHOWN_TOP = 20;

/** @param model as it was read */
export function buildModelCard(model: AnyModel): ModelCard {
  if (model.status === 'insufficient') return model as ModelCard;
  return CARDS[model.kind](model as never);
}

const CARDS: { [K in ModelKind]: (model: FittedModel<K>) => ModelCard } = {
  community: (model) => model,

  profiles({ coordinates, clusters, idsGiven: _, ...rest }) {
    return {
      ...rest,
      features: coordinates.map(({ feature }) => feature),
      clusters: clusters.map(({ centroid: __, ...cluster }) => cluster),
    };
  },

  lifecycle({ coordinates, classifier, calibration: _, ...rest }) {
    return {
      ...rest,
      features: coordinates.map(({ feature }) => feature),
      classifier: classifier.kind,
    };
  },

  value({ means: _, ...rest }) {
    const features = rest.coefficients.slice(1).map(({ feature }) => feature as FeatureName);
    return { ...rest, features };
  },

  influence: (model) => ({ ...model, top: model.top.slice(0, SHOWN_TOP) }),
};
