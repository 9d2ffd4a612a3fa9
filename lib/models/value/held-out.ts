import { splitIntoDeciles } from '#lib/models/numeric/statistics/classification-quality.ts';
import type { Fitted } from '#lib/models/schema.ts';
import type { ValueModel } from './schema.ts';

type Value = Fitted<ValueModel>;

const MAX_BINS = 10;
const MIN_PER_BIN = 50;
/** An 80 % interval leaves out a tenth on either side. */
const TAIL_SHARE = 0.1;

/** Predictions beside what came, of members that the fit did not see. */
export interface HeldOut {
  predicted: number[];
  observed: number[];
}

type Quality = Pick<Value['card'], 'heldOut' | 'r2' | 'mae' | 'baseline' | 'deciles'>;

/**
 * How good the predictions are.
 * @param baseline the mean of the rows that were fitted: what to predict for everybody without a model
 */
export function evaluateHeldOut({ predicted, observed }: HeldOut, baseline: number): Quality {
  const constant = predicted.map(() => baseline);
  const highestFirst = orderByPrediction(predicted).reverse();
  return {
    heldOut: predicted.length,
    r2: rSquared(predicted, observed),
    mae: meanAbsoluteError(predicted, observed),
    baseline: { r2: rSquared(constant, observed), mae: meanAbsoluteError(constant, observed) },
    deciles: splitIntoDeciles(predicted.length).map(({ from, to }) => {
      const group = highestFirst.slice(from, to);
      return {
        members: group.length,
        predicted: mean(group.map((i) => predicted[i]!)),
        observed: mean(group.map((i) => observed[i]!)),
      };
    }),
  };
}

/**
 * What to add to a prediction for an 80 % prediction interval: quantiles of the residuals among members with like
 * predictions (split conformal prediction, Lei et al., 2018), in at most 10 bins of at least 50, or one. Most members
 * pay nothing, so a bin's interval also reaches what its members really paid from each of its predictions on.
 */
export function fitPredictionIntervals({ predicted, observed }: HeldOut): Value['intervals'] {
  const sorted = orderByPrediction(predicted);
  const bins = Math.min(MAX_BINS, Math.max(1, Math.floor(sorted.length / MIN_PER_BIN)));
  const intervals: Value['intervals'] = [];
  let from = 0;
  for (let bin = 1; bin <= bins; bin += 1) {
    let to = Math.round((bin * sorted.length) / bins);
    const upTo = predicted[sorted[to - 1]!]!;
    while (to < sorted.length && predicted[sorted[to]!] === upTo) to += 1;
    if (to <= from) continue;
    const inside = sorted.slice(from, to);
    const residual = findMiddleInterval(inside.map((i) => observed[i]! - predicted[i]!));
    const paid = findMiddleInterval(inside.map((i) => observed[i]!));
    const last = to === sorted.length;
    intervals.push({
      upTo: last ? null : upTo,
      low: Math.min(0, residual.low, last ? 0 : paid.low - upTo),
      high: Math.max(0, residual.high, from === 0 ? 0 : paid.high - predicted[sorted[from]!]!),
    });
    from = to;
  }
  return intervals;
}

/** The bounds of the middle four fifths, with the correction for few values. */
function findMiddleInterval(values: readonly number[]): { low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.max(1, Math.floor(TAIL_SHARE * (sorted.length + 1)));
  return { low: sorted[cut - 1]!, high: sorted[sorted.length - cut]! };
}

/** From the lowest prediction on; equal ones as they came. */
const orderByPrediction = (predicted: readonly number[]): number[] =>
  predicted.map((_, i) => i).sort((a, b) => predicted[a]! - predicted[b]! || a - b);

/** 1 − squared error / squared distance from the mean; 0 where everybody paid the same. */
function rSquared(predicted: readonly number[], observed: readonly number[]): number {
  const center = mean(observed);
  const total = observed.reduce((sum, y) => sum + (y - center) ** 2, 0);
  if (total === 0) return 0;
  return 1 - observed.reduce((sum, y, i) => sum + (y - predicted[i]!) ** 2, 0) / total;
}

const meanAbsoluteError = (predicted: readonly number[], observed: readonly number[]): number =>
  mean(observed.map((y, i) => Math.abs(y - predicted[i]!)));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
