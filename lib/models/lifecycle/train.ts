import { FEATURES, type FeatureName, LIFECYCLE_FEATURES } from '#lib/features/catalogue.ts';
import { fitCoordinates, toRows } from '#lib/models/coordinates.ts';
import type { FeatureTable, TrainingTable } from '#lib/models/feature-tables.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { fitIsotonic } from '#lib/models/numeric/calibration/isotonic.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import {
  computeAuc,
  computeLiftByDecile,
  computeLogLoss,
} from '#lib/models/numeric/statistics/classification-quality.ts';
import type { Need } from '#lib/models/schema.ts';
import { memberHash } from '#lib/platform/seeded-random.ts';
import { binColumns, CLASSIFIER_TRAINERS, type TrainingRows } from './classifiers.ts';
import { calibrate, classify } from './predict.ts';
import type { Classifier, LifecycleModel, StageThresholds } from './schema.ts';

const MAX_MEMBERS = 20_000;
const FOLDS = 5;
const MIN_PER_CLASS = 100;
const CLASSIFIER_KINDS: readonly Classifier['kind'][] = ['tree', 'forest', 'neighbours'];

/**
 * Churn risk: the probability that a member who was active or silent does nothing in the next 30 days, fitted on at
 * most 20,000 members. Five-fold cross-fitting: every figure of the card is of members that neither the classifier nor
 * the calibration had seen, so all of them are held out once. The best candidate by AUC is then fitted on all, and
 * calibrated on the scores that members had while held out.
 * @param training features as of 30 days before `asOf`, and who has been active since
 * @returns `insufficient`, saying what is missing, when fewer than 100 left or fewer than 100 stayed
 */
export async function fitLifecycle(
  training: Partitions<TrainingTable>,
  options: { asOf: string; thresholds: StageThresholds; seed?: number },
): Promise<Unversioned<LifecycleModel>> {
  const { asOf, thresholds, seed = 1 } = options;
  const { churnedDays } = thresholds;
  const { columns, churned } = await drawStayingSample(training, { churnedDays, most: MAX_MEMBERS, seed });
  const head = { kind: 'lifecycle', format: 1, asOf, members: churned.length, thresholds } as const;
  const positives = churned.filter((one) => one === 1).length;
  const needs = findNeeds(positives, churned.length - positives);
  if (needs.length > 0) return { ...head, status: 'insufficient', needs };
  const coordinates = await fitCoordinates(toPartitions(columns), LIFECYCLE_FEATURES);
  const rows = toRowArrays(toRows(coordinates, columns), coordinates.length);
  const members: TrainingRows = { rows, binned: binColumns(rows), churned };
  const trials = CLASSIFIER_KINDS.map((kind) => crossFit(kind, members, seed));
  const best = trials.reduce((a, b) => (b.auc > a.auc ? b : a));
  const ruleAuc = computeAuc([...columns.recencyDays], churned);
  return {
    ...head,
    status: 'fitted',
    coordinates,
    classifier: CLASSIFIER_TRAINERS[best.kind](members, seed),
    calibration: fitIsotonic(best.raw, churned),
    card: {
      positives,
      negatives: churned.length - positives,
      heldOut: churned.length,
      auc: best.auc,
      logLoss: best.logLoss,
      ruleAuc,
      candidates: [
        ...trials.map(({ kind, auc, logLoss }) => ({ kind, auc, logLoss })),
        { kind: 'rule', auc: ruleAuc, logLoss: null },
      ],
      deciles: computeLiftByDecile(best.probabilities, churned),
    },
  };
}

function findNeeds(positives: number, negatives: number): Need[] {
  const needs: Need[] = [];
  if (positives < MIN_PER_CLASS) needs.push({ what: 'left', have: positives, need: MIN_PER_CLASS });
  if (negatives < MIN_PER_CLASS) needs.push({ what: 'stayed', have: negatives, need: MIN_PER_CLASS });
  return needs;
}

interface Trial {
  kind: Classifier['kind'];
  /** each member's score by a classifier that was fitted without them */
  raw: number[];
  /** and calibrated without them */
  probabilities: number[];
  auc: number;
  logLoss: number;
}

/** Members are in random order, so every fifth one is a fold. */
function crossFit(kind: Classifier['kind'], members: TrainingRows, seed: number): Trial {
  const { rows, churned } = members;
  const raw = new Array<number>(churned.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const others = {
      rows: withoutFold(fold, rows),
      binned: withoutFold(fold, members.binned),
      churned: withoutFold(fold, churned),
    };
    const classifier = CLASSIFIER_TRAINERS[kind](others, seed);
    for (let i = fold; i < churned.length; i += FOLDS) raw[i] = classify(classifier, rows[i]!);
  }
  const probabilities = new Array<number>(churned.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const calibration = fitIsotonic(withoutFold(fold, raw), withoutFold(fold, churned));
    for (let i = fold; i < churned.length; i += FOLDS) probabilities[i] = calibrate(calibration, raw[i]!);
  }
  return {
    kind,
    raw,
    probabilities,
    auc: computeAuc(raw, churned),
    logLoss: computeLogLoss(probabilities, churned),
  };
}

const withoutFold = <T>(fold: number, items: readonly T[]): T[] => items.filter((_, i) => i % FOLDS !== fold);

const toPartitions = (columns: TrainingTable['columns']) =>
  async function* () {
    yield { columns };
  };

const toRowArrays = (rows: Float64Array, width: number): number[][] =>
  Array.from({ length: rows.length / width }, (_, i) => [...rows.subarray(i * width, (i + 1) * width)]);

/** Members who had not left yet, and whether they then did; in an order that is random but for the seed. */
interface StayingSample {
  columns: FeatureTable['columns'];
  churned: (0 | 1)[];
}

interface SampledMember {
  share: number;
  userId: string;
  values: Float64Array;
  churned: 0 | 1;
}

/**
 * Draws from the members who were active or silent, those with the lowest hashes of their ids; all of them if there
 * are no more. One pass, in memory for twice the sample; how the rows are cut into parts does not matter.
 * @param churnedDays who has done nothing for so many days has left before
 * @param most size of the sample
 */
export async function drawStayingSample(
  training: Partitions<TrainingTable>,
  { churnedDays, most, seed }: { churnedDays: number; most: number; seed: number },
): Promise<StayingSample> {
  let sample: SampledMember[] = [];
  let highest = Number.POSITIVE_INFINITY;
  const cut = () => {
    sample.sort((a, b) => a.share - b.share || (a.userId < b.userId ? -1 : 1));
    if (sample.length < most) return;
    sample = sample.slice(0, most);
    highest = sample.at(-1)!.share;
  };
  for await (const { userIds, columns, activeNext30 } of training()) {
    for (const [i, userId] of userIds.entries()) {
      if (columns.recencyDays[i]! >= churnedDays) continue;
      const share = memberHash(userId, seed);
      if (share > highest) continue;
      const values = Float64Array.from(FEATURES, (feature) => columns[feature][i]!);
      sample.push({ share, userId, values, churned: activeNext30[i] === 0 ? 1 : 0 });
      if (sample.length >= 2 * most) cut();
    }
  }
  cut();
  return {
    columns: Object.fromEntries(
      FEATURES.map((feature, j) => [feature, Float64Array.from(sample, ({ values }) => values[j]!)]),
    ) as Record<FeatureName, Float64Array>,
    churned: sample.map(({ churned }) => churned),
  };
}
