import { FEATURES } from '#lib/features/catalogue.ts';
import type {
  Coordinate,
  FittedModel,
  FlatTree,
  LifecycleModel,
  ModelByKind,
  ModelKind,
  StageThresholds,
} from '#lib/models/model-files.ts';
import {
  ascending,
  type Check,
  count,
  distinct,
  finite,
  list,
  notNegative,
  oneOf,
  orAbsent,
  orNull,
  positive,
  refuse,
  shape,
  share,
  text,
  trueOrFalse,
  whole,
} from './check.ts';

const VERSION = /^(\d{4}-\d\d-\d\d)-[0-9a-f]{8}$/;
const MAX_TOP = 1_000;

/**
 * Reads a model file. What it scores by must be features that this code knows, lists that belong together must be
 * equally long, and every number finite: a model that passes can be scored with. It need not name all features that this
 * code knows: some may have come after it.
 * @throws Error naming the kind, the place in the file and what is wrong there
 */
export function parseModel<K extends ModelKind>(kind: K, json: string): ModelByKind[K] {
  try {
    const model: unknown = JSON.parse(json);
    head(kind)(model, '');
    if (kind === 'lifecycle') thresholds((model as LifecycleModel).thresholds);
    if ((model as { status: string }).status === 'insufficient')
      shape({ needs: list(need, 'some') })(model, '');
    else BY_KIND[kind](model as FittedModel<K>);
    return model as ModelByKind[K];
  } catch (cause) {
    // The engine would quote the file.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;
    throw new Error(`the ${kind} model does not read: ${why}`, { cause });
  }
}

const feature = oneOf(...FEATURES);
const words = shape({ zh: text, en: text });
const convergence = { converged: orAbsent(trueOrFalse), iterations: orAbsent(count) };
const need = shape({
  what: oneOf('members', 'historyDays', 'payers', 'stayed', 'left', 'ties'),
  have: notNegative,
  need: notNegative,
});

const head =
  (kind: ModelKind): Check =>
  (model, at) => {
    shape({
      kind: oneOf(kind),
      format: oneOf(1),
      version: text,
      asOf: text,
      members: count,
      status: oneOf('fitted', ...(kind === 'community' ? [] : ['insufficient'])),
    })(model, at);
    const { version, asOf } = model as { version: string; asOf: string };
    if (VERSION.exec(version)?.[1] !== asOf) refuse('version', `${asOf}- and 8 hex digits`, version);
  };

function thresholds(value: StageThresholds): void {
  shape({ newDays: positive, silentDays: positive, churnedDays: positive })(value, 'thresholds');
  ascending([value.silentDays, value.churnedDays], 'thresholds of silent and churned', true);
}

const BY_KIND: { [K in ModelKind]: (model: FittedModel<K>) => void } = {
  community(model) {
    // A model has figures of the features of its time. Both say which, so that none is lost from one of them.
    const named = (figures: object) => Object.keys({ ...figures });
    const known = FEATURES.filter((name) => [...named(model.means), ...named(model.medians)].includes(name));
    const ofFeatures = shape(Object.fromEntries(known.map((name) => [name, finite])));
    shape({
      activityPercentiles: shape({ counts: list(finite), shares: list(share) }),
      means: ofFeatures,
      medians: ofFeatures,
    })(model, '');
    const { counts, shares } = model.activityPercentiles;
    sameLength({ counts, shares });
    ascending(counts, 'activityPercentiles.counts', true);
    ascending(shares, 'activityPercentiles.shares');
  },

  profiles(model) {
    const dimensions = coordinates(model);
    const strongest = shape({ feature, z: finite });
    const cluster = shape({
      id: text,
      name: words,
      size: count,
      centroid: list(finite, dimensions),
      strongest: list(strongest),
    });
    const previous = shape({ version: text, adjustedRandIndex: finite, movedShare: share });
    shape({
      clusters: list(cluster, 'some'),
      idsGiven: orAbsent(count),
      card: shape({
        k: count,
        chosenBy: oneOf('silhouette', 'configuration', 'fallback'),
        silhouettes: list(shape({ k: count, silhouette: finite })),
        inertia: notNegative,
        sampled: count,
        previous: orNull(previous),
        ...convergence,
      }),
    })(model, '');
    distinct(
      model.clusters.map(({ id }) => id),
      'ids of clusters',
    );
    if (model.card.k !== model.clusters.length)
      refuse('card.k', `the number of clusters, ${model.clusters.length}`, model.card.k);
  },

  lifecycle(model) {
    const dimensions = coordinates(model);
    shape({ classifier: shape({ kind: oneOf('tree', 'forest', 'neighbours') }) })(model, '');
    const { classifier } = model;
    if (classifier.kind === 'neighbours') {
      shape({ k: positive, rows: list(list(finite, dimensions), 'some'), left: list(oneOf(0, 1)) })(
        classifier,
        'classifier',
      );
      sameLength({ rows: classifier.rows, left: classifier.left });
      if (!Number.isInteger(classifier.k) || classifier.k > classifier.rows.length)
        refuse('classifier.k', `a whole number up to ${classifier.rows.length}`, classifier.k);
    } else {
      list(tree(dimensions), 'some')(classifier.trees, 'classifier.trees');
    }
    const quality = shape({
      kind: oneOf('tree', 'forest', 'neighbours', 'rule'),
      auc: share,
      logLoss: orNull(notNegative),
    });
    shape({
      calibration: shape({ raw: list(finite, 'some'), probability: list(share) }),
      card: shape({
        positives: count,
        negatives: count,
        heldOut: count,
        auc: share,
        logLoss: notNegative,
        ruleAuc: share,
        candidates: list(quality),
        deciles: list(shape({ members: count, predicted: share, observed: share, lift: notNegative })),
      }),
    })(model, '');
    const { raw, probability } = model.calibration;
    sameLength({ raw, probability });
    ascending(raw, 'calibration.raw', true);
    ascending(probability, 'calibration.probability');
  },

  value(model) {
    const coefficient = shape({
      feature: oneOf('intercept', ...FEATURES),
      estimate: finite,
      standardError: notNegative,
      low: finite,
      high: finite,
      distinguishable: trueOrFalse,
    });
    const accuracy = { r2: finite, mae: notNegative };
    shape({
      currency: text,
      coefficients: list(coefficient, 'some'),
      dropped: list(shape({ feature, why: oneOf('constant', 'collinear') })),
      intervals: list(shape({ upTo: orNull(finite), low: finite, high: finite }), 'some'),
      card: shape({
        payers: count,
        historyDays: count,
        heldOut: count,
        ...accuracy,
        baseline: shape(accuracy),
        deciles: list(shape({ members: count, predicted: finite, observed: finite })),
      }),
    })(model, '');
    const names = model.coefficients.map((one) => one.feature);
    oneOf('intercept')(names[0], 'coefficients[0].feature');
    distinct(names, 'features of coefficients');
    list(finite, names.length - 1)(model.means, 'means');
    const bounds = model.intervals.map(({ upTo }) => upTo);
    oneOf(null)(bounds.pop(), `intervals[${bounds.length}].upTo`);
    list(finite)(bounds, 'intervals but the last');
    ascending(bounds as number[], 'upper bounds of intervals', true);
  },

  influence(model) {
    shape({
      top: list(shape({ userId: text, pageRank: share, percentile: share, circle: whole })),
      reach: list(shape({ userId: text, added: count, reached: count })),
      card: shape({
        ties: count,
        circles: count,
        modularity: finite,
        largestCircles: list(shape({ circle: whole, size: count })),
        ...convergence,
      }),
    })(model, '');
    if (model.top.length > MAX_TOP)
      refuse('top', `at most ${MAX_TOP} members`, `${model.top.length} of them`);
  },
};

/** Checks the coordinates, and answers how many there are. */
function coordinates(model: { coordinates: Coordinate[] }): number {
  const coordinate = shape({ feature, log: trueOrFalse, mean: finite, sd: positive });
  shape({ coordinates: list(coordinate, 'some') })(model, '');
  distinct(
    model.coordinates.map((one) => one.feature),
    'features of coordinates',
  );
  return model.coordinates.length;
}

/** A tree whose branches lead on to nodes further behind: a walk through it ends. */
const tree =
  (dimensions: number): Check =>
  (value, at) => {
    const columns = ['feature', 'threshold', 'left', 'right', 'p'] as const;
    shape({
      feature: list(whole, 'some'),
      threshold: list(finite),
      left: list(whole),
      right: list(whole),
      p: list(finite),
    })(value, at);
    const flat = value as FlatTree;
    sameLength(Object.fromEntries(columns.map((name) => [`${at}.${name}`, flat[name]])));
    const nodes = flat.feature.length;
    for (let i = 0; i < nodes; i += 1) {
      const asked = flat.feature[i]!;
      if (asked === -1) share(flat.p[i], `${at}.p[${i}]`);
      else if (asked < 0 || asked >= dimensions)
        refuse(`${at}.feature[${i}]`, `-1 or a coordinate below ${dimensions}`, asked);
      else
        for (const side of ['left', 'right'] as const)
          if (flat[side][i]! <= i || flat[side][i]! >= nodes)
            refuse(`${at}.${side}[${i}]`, `a node behind ${i} and below ${nodes}`, flat[side][i]);
    }
  };

function sameLength(lists: Readonly<Record<string, readonly unknown[]>>): void {
  const [[first = '', expected = []] = [], ...others] = Object.entries(lists);
  for (const [name, found] of others)
    if (found.length !== expected.length)
      refuse(name, `as long as ${first}, ${expected.length}`, `of length ${found.length}`);
}
