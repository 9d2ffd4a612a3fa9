import { VALUE_FEATURES } from '#lib/features/catalogue.ts';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import { Hc3, tQuantile975 } from '#lib/models/numeric/regression/hc3.ts';
import { fitLeastSquares, type LinearFit, predictRow } from '#lib/models/numeric/regression/least-squares.ts';
import { mergeReductions, type Reduction, Tsqr } from '#lib/models/numeric/regression/tsqr.ts';
import type { Fitted, Need } from '#lib/models/schema.ts';
import { memberHash } from '#lib/platform/seeded-random.ts';
import { evaluateHeldOut, fitPredictionIntervals, type HeldOut } from './held-out.ts';
import type { ValueModel } from './schema.ts';

const MIN_HISTORY_DAYS = 60;
const MIN_PAYERS = 100;
const HELD_OUT_SHARE = 0.2;

/**
 * Value (用户价值): the net payment of the next 30 days in minor units, by least squares over any number of rows in two
 * passes and memory that grows only with the members held out, a fifth of them by a hash of their id. Standard errors
 * are HC3, since the scatter of payments grows with them. Coefficients are those of all rows; quality and intervals
 * come from a fit that has not seen who is held out.
 * @param training features as of 30 days before `asOf`, and what followed
 * @param historyDays days from the community's first event to `asOf`
 * @returns `insufficient`, saying what is missing, below 60 days of history or 100 members who paid
 */
export async function fitValue(
  training: Partitions<TrainingTable>,
  options: { asOf: string; historyDays: number; currency: string; seed?: number },
): Promise<Unversioned<ValueModel>> {
  const { asOf, historyDays, currency, seed = 1 } = options;
  const { seen, unseen, payers } = await reduceRows(training, seed);
  const members = seen.rows + unseen.rows;
  const needs = findNeeds(historyDays, payers);
  const head = { kind: 'value', format: 1, asOf, members } as const;
  if (needs.length > 0) return { ...head, status: 'insufficient', needs };
  const trial = fitLeastSquares(seen);
  const final = fitLeastSquares(mergeReductions(seen, unseen));
  const { heldOut, standardErrors } = await secondPass(training, seed, trial, final);
  return {
    ...head,
    status: 'fitted',
    currency,
    coefficients: buildCoefficients(final, standardErrors),
    means: final.means,
    dropped: final.dropped.map(({ column, why }) => ({ feature: VALUE_FEATURES[column]!, why })),
    intervals: fitPredictionIntervals(heldOut),
    card: { payers, historyDays, ...evaluateHeldOut(heldOut, trial.meanOfY) },
  };
}

function findNeeds(historyDays: number, payers: number): Need[] {
  const needs: Need[] = [];
  if (historyDays < MIN_HISTORY_DAYS) {
    needs.push({ what: 'historyDays', have: historyDays, need: MIN_HISTORY_DAYS });
  }
  if (payers < MIN_PAYERS) needs.push({ what: 'payers', have: payers, need: MIN_PAYERS });
  return needs;
}

async function reduceRows(
  training: Partitions<TrainingTable>,
  seed: number,
): Promise<{ seen: Reduction; unseen: Reduction; payers: number }> {
  const [seen, unseen] = [new Tsqr(VALUE_FEATURES.length + 1), new Tsqr(VALUE_FEATURES.length + 1)];
  let payers = 0;
  for await (const table of training()) {
    const columns = toColumns(table);
    const rows = splitHeldOut(table, seed);
    seen.add(pickRows(columns, rows.seen));
    unseen.add(pickRows(columns, rows.unseen));
    for (const paid of table.paymentNext30) if (paid > 0) payers += 1;
  }
  return { seen: seen.reduction(), unseen: unseen.reduction(), payers };
}

async function secondPass(
  training: Partitions<TrainingTable>,
  seed: number,
  trial: LinearFit,
  final: LinearFit,
): Promise<{ heldOut: HeldOut; standardErrors: number[] }> {
  const heldOut: HeldOut = { predicted: [], observed: [] };
  const errors = new Hc3(final);
  for await (const table of training()) {
    const columns = toColumns(table);
    errors.add(columns);
    for (const i of splitHeldOut(table, seed).unseen) {
      heldOut.predicted.push(predictRow(trial, columns, i));
      heldOut.observed.push(table.paymentNext30[i]!);
    }
  }
  return { heldOut, standardErrors: errors.standardErrors() };
}

function buildCoefficients(
  fit: LinearFit,
  standardErrors: readonly number[],
): Fitted<ValueModel>['coefficients'] {
  const reach = tQuantile975(fit.rows - fit.kept.length - 1);
  return [fit.intercept, ...fit.slopes].map((estimate, i) => {
    const standardError = standardErrors[i]!;
    const [low, high] = [estimate - reach * standardError, estimate + reach * standardError];
    const feature = i === 0 ? 'intercept' : VALUE_FEATURES[fit.kept[i - 1]!]!;
    return { feature, estimate, standardError, low, high, distinguishable: low > 0 || high < 0 };
  });
}

const toColumns = ({ columns, paymentNext30 }: TrainingTable): Float64Array[] => [
  ...VALUE_FEATURES.map((feature) => columns[feature]),
  paymentNext30,
];

function splitHeldOut({ userIds }: TrainingTable, seed: number): { seen: number[]; unseen: number[] } {
  const [seen, unseen]: [number[], number[]] = [[], []];
  for (const [i, userId] of userIds.entries())
    (memberHash(userId, seed) < HELD_OUT_SHARE ? unseen : seen).push(i);
  return { seen, unseen };
}

const pickRows = (columns: readonly Float64Array[], rows: readonly number[]): Float64Array[] =>
  columns.map((column) => Float64Array.from(rows, (i) => column[i]!));
