import * as z from 'zod/mini';
import {
  ascending,
  coordinates,
  count,
  finite,
  fittedHead,
  insufficient,
  modelFile,
  notNegative,
  positive,
  sameLength,
  share,
  whole,
} from '#lib/models/schema.ts';
import { described, type Refuse, withRule } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

/** new: joined < newDays ago; active: recency < silentDays; churned: recency ≥ churnedDays. */
export const thresholds = lazySchema(() =>
  described(
    z.object({ newDays: positive(), silentDays: positive(), churnedDays: positive() }),
    'Days that separate the stages of a member’s life',
  ),
);
export type StageThresholds = InferLazy<typeof thresholds>;

/** A decision tree as columns: node i asks `coordinate[feature[i]] < threshold[i]` → left[i], else right[i]; feature −1 is a leaf with p[i]. */
const tree = lazySchema(() =>
  z.object({
    feature: z.array(whole()).check(z.minLength(1)),
    threshold: z.array(finite()),
    left: z.array(whole()),
    right: z.array(whole()),
    p: z.array(finite()),
  }),
);
export type FlatTree = InferLazy<typeof tree>;

/** What a classifier answers before calibration: a share between 0 and 1 of those who left. */
const classifier = lazySchema(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['tree', 'forest']), trees: z.array(tree()).check(z.minLength(1)) }),
    z.object({
      kind: z.literal('neighbours'),
      k: positive(),
      rows: z.array(z.array(finite())).check(z.minLength(1)),
      left: z.array(z.literal([0, 1])),
    }),
  ]),
);
export type Classifier = InferLazy<typeof classifier>;

const card = lazySchema(() =>
  z.object({
    positives: described(count(), 'Members who left'),
    negatives: count(),
    heldOut: count(),
    auc: described(share(), 'On members that the fit did not see; 0.5 is chance'),
    logLoss: notNegative(),
    ruleAuc: described(share(), 'Of the plain rule: the longer silent, the more at risk'),
    /** quality on members that the fit did not see */
    candidates: z.array(
      z.object({
        kind: z.enum(['tree', 'forest', 'neighbours', 'rule']),
        auc: share(),
        logLoss: z.nullable(notNegative()),
      }),
    ),
    /** predicted and observed share who left, and observed / overall share */
    deciles: described(
      z.array(z.object({ members: count(), predicted: share(), observed: share(), lift: notNegative() })),
      'Tenths of the held-out members, most at risk first',
    ),
  }),
);

export const lifecycleFields = lazySchema(() =>
  z.object({
    ...fittedHead('lifecycle'),
    thresholds: thresholds(),
    coordinates: coordinates(),
    classifier: classifier(),
    /** isotonic: raw score → probability, linear between the knots, flat outside */
    calibration: z.object({ raw: z.array(finite()).check(z.minLength(1)), probability: z.array(share()) }),
    card: card(),
  }),
);

const fitted = lazySchema(() =>
  withRule(lifecycleFields(), (model, refuse) => {
    checkClassifier(model.classifier, model.coordinates.length, refuse);
    const { raw, probability } = model.calibration;
    sameLength(refuse, { raw, probability }, ['calibration']);
    ascending(refuse, raw, ['calibration', 'raw'], true);
    ascending(refuse, probability, ['calibration', 'probability']);
  }),
);

/** Who is about to leave: stages of a member's life, and the risk of churn. */
export const lifecycleModel = lazySchema(() =>
  modelFile(
    withRule(
      z.discriminatedUnion('status', [
        fitted(),
        z.extend(insufficient('lifecycle'), { thresholds: thresholds() }),
      ]),
      ({ thresholds: { silentDays, churnedDays } }, refuse) =>
        ascending(refuse, [silentDays, churnedDays], ['thresholds of silent and churned'], true),
    ),
  ),
);
export type LifecycleModel = InferLazy<typeof lifecycleModel>;

function checkClassifier(model: Classifier, dimensions: number, refuse: Refuse): void {
  if (model.kind !== 'neighbours') {
    model.trees.forEach((flat, i) => {
      checkTree(flat, dimensions, i, refuse);
    });
    return;
  }
  const { k, rows, left } = model;
  rows.forEach((row, i) => {
    if (row.length !== dimensions)
      refuse(['classifier', 'rows', i], `a list of ${dimensions}`, `one of ${row.length}`);
  });
  sameLength(refuse, { rows, left }, ['classifier']);
  if (!Number.isInteger(k) || k > rows.length)
    refuse(['classifier', 'k'], `a whole number up to ${rows.length}`, k);
}

/** A tree whose branches lead on to nodes further behind: a walk through it ends. */
function checkTree(flat: FlatTree, dimensions: number, i: number, refuse: Refuse): void {
  const place = ['classifier', 'trees', i] as const;
  const { feature, p } = flat;
  sameLength(refuse, flat, place);
  const nodes = feature.length;
  for (let node = 0; node < nodes; node += 1) {
    const asked = feature[node]!;
    if (asked === -1) {
      if (!(p[node]! >= 0 && p[node]! <= 1)) refuse([...place, 'p', node], 'a number from 0 to 1', p[node]);
    } else if (asked < 0 || asked >= dimensions)
      refuse([...place, 'feature', node], `-1 or a coordinate below ${dimensions}`, asked);
    else
      for (const side of ['left', 'right'] as const)
        if (!(flat[side][node]! > node && flat[side][node]! < nodes))
          refuse([...place, side, node], `a node behind ${node} and below ${nodes}`, flat[side][node]);
  }
}
