import { FEATURES } from '#lib/features/features.ts';
import { coordinatesOf, rowsOf } from '#lib/models/coordinates.ts';
import type { Parts, TrainingTable } from '#lib/models/feature-tables.ts';
import type { Classifier, LifecycleModel, Need, StageThresholds } from '#lib/models/model-files.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { isotonic } from '#lib/models/numeric/calibration/isotonic.ts';
import {
  areaUnderCurve,
  liftByTenth,
  logLossOf,
} from '#lib/models/numeric/statistics/classification-quality.ts';
import { binned } from './binned.ts';
import { CANDIDATES, type CandidateRows } from './classifiers.ts';
import { calibrated, classify } from './predict.ts';
import { stayingSample } from './staying-sample.ts';

const MOST_MEMBERS = 20_000;
const FOLDS = 5;
const LEAST_OF_EACH = 100;
const KINDS: readonly Classifier['kind'][] = ['tree', 'forest', 'neighbours'];

/**
 * Churn risk: the probability that a member who was active or silent does nothing in the next 30 days, fitted on at
 * most 20,000 members. Five-fold cross-fitting: every figure of the card is of members that neither the classifier nor
 * the calibration had seen, so all of them are held out once. The best candidate by AUC is then fitted on all, and
 * calibrated on the scores that members had while held out.
 * @param training features as of 30 days before `asOf`, and who has been active since
 * @returns `insufficient`, saying what is missing, when fewer than 100 left or fewer than 100 stayed
 */
export async function fitLifecycle(
  training: Parts<TrainingTable>,
  options: { asOf: string; thresholds: StageThresholds; seed?: number },
): Promise<Unversioned<LifecycleModel>> {
  const { asOf, thresholds, seed = 1 } = options;
  const { churnedDays } = thresholds;
  const { columns, left } = await stayingSample(training, { churnedDays, most: MOST_MEMBERS, seed });
  const head = { kind: 'lifecycle', format: 1, asOf, members: left.length, thresholds } as const;
  const positives = left.filter((one) => one === 1).length;
  const needs = needsOf(positives, left.length - positives);
  if (needs.length > 0) return { ...head, status: 'insufficient', needs };
  const coordinates = await coordinatesOf(oneTable(columns), FEATURES);
  const rows = listOfRows(rowsOf(coordinates, columns), coordinates.length);
  const members: CandidateRows = { rows, binned: binned(rows), left };
  const trials = KINDS.map((kind) => crossFitted(kind, members, seed));
  const best = trials.reduce((a, b) => (b.auc > a.auc ? b : a));
  const ruleAuc = areaUnderCurve([...columns.recencyDays], left);
  return {
    ...head,
    status: 'fitted',
    coordinates,
    classifier: CANDIDATES[best.kind](members, seed),
    calibration: isotonic(best.raw, left),
    card: {
      positives,
      negatives: left.length - positives,
      heldOut: left.length,
      auc: best.auc,
      logLoss: best.logLoss,
      ruleAuc,
      candidates: [
        ...trials.map(({ kind, auc, logLoss }) => ({ kind, auc, logLoss })),
        { kind: 'rule', auc: ruleAuc, logLoss: null },
      ],
      deciles: liftByTenth(best.probabilities, left),
    },
  };
}

function needsOf(positives: number, negatives: number): Need[] {
  const needs: Need[] = [];
  if (positives < LEAST_OF_EACH) needs.push({ what: 'left', have: positives, need: LEAST_OF_EACH });
  if (negatives < LEAST_OF_EACH) needs.push({ what: 'stayed', have: negatives, need: LEAST_OF_EACH });
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
function crossFitted(kind: Classifier['kind'], members: CandidateRows, seed: number): Trial {
  const { rows, left } = members;
  const raw = new Array<number>(left.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const others = {
      rows: without(fold, rows),
      binned: without(fold, members.binned),
      left: without(fold, left),
    };
    const classifier = CANDIDATES[kind](others, seed);
    for (let i = fold; i < left.length; i += FOLDS) raw[i] = classify(classifier, rows[i]!);
  }
  const probabilities = new Array<number>(left.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const calibration = isotonic(without(fold, raw), without(fold, left));
    for (let i = fold; i < left.length; i += FOLDS) probabilities[i] = calibrated(calibration, raw[i]!);
  }
  return {
    kind,
    raw,
    probabilities,
    auc: areaUnderCurve(raw, left),
    logLoss: logLossOf(probabilities, left),
  };
}

const without = <T>(fold: number, items: readonly T[]): T[] => items.filter((_, i) => i % FOLDS !== fold);

const oneTable = (columns: TrainingTable['columns']) =>
  async function* () {
    yield { columns };
  };

const listOfRows = (rows: Float64Array, width: number): number[][] =>
  Array.from({ length: rows.length / width }, (_, i) => [...rows.subarray(i * width, (i + 1) * width)]);
