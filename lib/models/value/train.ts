import type { FeatureName } from '#lib/features/features.ts';
import type { Parts, TrainingTable } from '#lib/models/feature-tables.ts';
import type { FittedModel, Need, ValueModel } from '#lib/models/model-files.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { RobustErrors } from '#lib/models/numeric/regression/hc3.ts';
import { fitReduction, fittedValue, type LinearFit } from '#lib/models/numeric/regression/least-squares.ts';
import { reach95 } from '#lib/models/numeric/regression/student-t.ts';
import { mergedReductions, type Reduction, RowReducer } from '#lib/models/numeric/regression/tsqr.ts';
import { memberShare } from '#lib/platform/member-share.ts';
import { type HeldOut, heldOutQuality, predictionIntervals } from './held-out.ts';

/**
 * The guide's three first; of columns that say the same, the earlier one stays. The four kinds of interaction are in
 * `activity` together, and few members have a `feedbackMean`.
 */
const VALUE_FEATURES: readonly FeatureName[] = [
  'activity',
  'retention',
  'payment30',
  'learns30',
  'views30',
  'recencyDays',
  'tenureDays',
  'orders90',
  'payment90',
  'paymentTotal',
];

const LEAST_HISTORY_DAYS = 60;
const LEAST_PAYERS = 100;
const HELD_OUT = 0.2;

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
  training: Parts<TrainingTable>,
  options: { asOf: string; historyDays: number; currency: string; seed?: number },
): Promise<Unversioned<ValueModel>> {
  const { asOf, historyDays, currency, seed = 1 } = options;
  const { seen, unseen, payers } = await reduced(training, seed);
  const members = seen.rows + unseen.rows;
  const needs = needsOf(historyDays, payers);
  const head = { kind: 'value', format: 1, asOf, members } as const;
  if (needs.length > 0) return { ...head, status: 'insufficient', needs };
  const trial = fitReduction(seen);
  const final = fitReduction(mergedReductions(seen, unseen));
  const { heldOut, standardErrors } = await secondPass(training, seed, trial, final);
  return {
    ...head,
    status: 'fitted',
    currency,
    coefficients: coefficientsOf(final, standardErrors),
    means: final.means,
    dropped: final.dropped.map(({ column, why }) => ({ feature: VALUE_FEATURES[column]!, why })),
    intervals: predictionIntervals(heldOut),
    card: { payers, historyDays, ...heldOutQuality(heldOut, trial.meanOfY) },
  };
}

function needsOf(historyDays: number, payers: number): Need[] {
  const needs: Need[] = [];
  if (historyDays < LEAST_HISTORY_DAYS) {
    needs.push({ what: 'historyDays', have: historyDays, need: LEAST_HISTORY_DAYS });
  }
  if (payers < LEAST_PAYERS) needs.push({ what: 'payers', have: payers, need: LEAST_PAYERS });
  return needs;
}

async function reduced(
  training: Parts<TrainingTable>,
  seed: number,
): Promise<{ seen: Reduction; unseen: Reduction; payers: number }> {
  const [seen, unseen] = [
    new RowReducer(VALUE_FEATURES.length + 1),
    new RowReducer(VALUE_FEATURES.length + 1),
  ];
  let payers = 0;
  for await (const table of training()) {
    const columns = columnsOf(table);
    const rows = heldOutRows(table, seed);
    seen.add(picked(columns, rows.seen));
    unseen.add(picked(columns, rows.unseen));
    for (const paid of table.paymentNext30) if (paid > 0) payers += 1;
  }
  return { seen: seen.reduction(), unseen: unseen.reduction(), payers };
}

async function secondPass(
  training: Parts<TrainingTable>,
  seed: number,
  trial: LinearFit,
  final: LinearFit,
): Promise<{ heldOut: HeldOut; standardErrors: number[] }> {
  const heldOut: HeldOut = { predicted: [], observed: [] };
  const errors = new RobustErrors(final);
  for await (const table of training()) {
    const columns = columnsOf(table);
    errors.add(columns);
    for (const i of heldOutRows(table, seed).unseen) {
      heldOut.predicted.push(fittedValue(trial, columns, i));
      heldOut.observed.push(table.paymentNext30[i]!);
    }
  }
  return { heldOut, standardErrors: errors.standardErrors() };
}

function coefficientsOf(
  fit: LinearFit,
  standardErrors: readonly number[],
): FittedModel<'value'>['coefficients'] {
  const reach = reach95(fit.rows - fit.kept.length - 1);
  return [fit.intercept, ...fit.slopes].map((estimate, i) => {
    const standardError = standardErrors[i]!;
    const [low, high] = [estimate - reach * standardError, estimate + reach * standardError];
    const feature = i === 0 ? 'intercept' : VALUE_FEATURES[fit.kept[i - 1]!]!;
    return { feature, estimate, standardError, low, high, distinguishable: low > 0 || high < 0 };
  });
}

const columnsOf = ({ columns, paymentNext30 }: TrainingTable): Float64Array[] => [
  ...VALUE_FEATURES.map((feature) => columns[feature]),
  paymentNext30,
];

function heldOutRows({ userIds }: TrainingTable, seed: number): { seen: number[]; unseen: number[] } {
  const [seen, unseen]: [number[], number[]] = [[], []];
  for (const [i, userId] of userIds.entries()) (memberShare(userId, seed) < HELD_OUT ? unseen : seen).push(i);
  return { seen, unseen };
}

const picked = (columns: readonly Float64Array[], rows: readonly number[]): Float64Array[] =>
  columns.map((column) => Float64Array.from(rows, (i) => column[i]!));
