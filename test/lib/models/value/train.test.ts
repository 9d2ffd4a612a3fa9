import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { PAYMENT_RULE } from '#infra/local/demo/payment-rule.ts';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import { fitValue } from '#lib/models/value/train.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { demoDays } from '#test/infra/local/demo/demo-days.ts';
import { cdnowDays, cdnowFile } from '#test/lib/models/cdnow.ts';
import { column, normal, trainingTable } from '#test/lib/models/generated.ts';
import { buildTrainingTable, toPartitions } from '#test/lib/models/training-table.ts';

const options = { asOf: '2025-11-23', historyDays: 120, currency: 'CNY' };

const moments = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2025, 10, 17 + day, 3 * day, 30)));
const FEN = 100;

test.each(moments)("the demo's planted payment rule lies within the 95 % intervals (%s)", async (now) => {
  const { asOf, days } = demoDays({ now });
  const table = buildTrainingTable(days, asOf);
  const model = await fitted(table, { ...options, asOf });
  const then = table.userIds.length;
  const planted = {
    intercept: PAYMENT_RULE.intercept,
    activity: FEN * PAYMENT_RULE.interactions * then,
    learns30: FEN * PAYMENT_RULE.learns,
    payment30: PAYMENT_RULE.payment,
  };
  for (const [feature, value] of Object.entries(planted)) {
    const { low, high, distinguishable } = model.coefficients.find((one) => one.feature === feature)!;
    expect(low, feature).toBeLessThan(value);
    expect(high, feature).toBeGreaterThan(value);
    expect(distinguishable, feature).toBe(value !== 0);
  }
  expect(model.card.r2).toBeGreaterThan(0.4);
  expect(model.card.r2).toBeGreaterThan(model.card.baseline.r2);
  expect(model.card.mae).toBeLessThan(0.6 * model.card.baseline.mae);
});

test('a fifth of the members is held out, the same ones however rows are cut, and the file reads', async () => {
  const table = payers(2_000);
  const model = await fitted(table);
  const cut = await fitted(table, options, 77);
  expect(Math.abs(model.card.heldOut / 2_000 - 0.2)).toBeLessThan(0.04);
  expect(cut.card.heldOut).toBe(model.card.heldOut);
  expect(cut.card.r2).toBeCloseTo(model.card.r2, 10);
  for (const [i, { estimate, standardError }] of model.coefficients.entries()) {
    expect(Math.abs(cut.coefficients[i]!.estimate / estimate - 1)).toBeLessThan(1e-8);
    expect(Math.abs(cut.coefficients[i]!.standardError / standardError - 1)).toBeLessThan(1e-8);
  }
  const json = JSON.stringify({ ...model, version: computeVersion(model) });
  expect(parseModel('value', json)).toEqual(JSON.parse(json));
});

test('the same rows and seed give the same bytes; another seed holds others out, with the same coefficients', async () => {
  const table = payers(1_000);
  const model = await fitted(table);
  expect(JSON.stringify(await fitted(table))).toBe(JSON.stringify(model));
  const other = await fitted(table, { ...options, seed: 2 });
  expect(other.card.r2).not.toBe(model.card.r2);
  for (const [i, { estimate }] of model.coefficients.entries()) {
    expect(Math.abs(other.coefficients[i]!.estimate / estimate - 1)).toBeLessThan(1e-8);
  }
});

test('columns that say nothing of their own are named, and predictions need only the rest', async () => {
  const table = payers(600);
  table.columns.payment90.set(table.columns.payment30);
  const { dropped, coefficients, means } = await fitted(table);
  expect(dropped).toContainEqual({ feature: 'payment90', why: 'collinear' });
  expect(dropped).toContainEqual({ feature: 'views30', why: 'constant' });
  expect(coefficients.map(({ feature }) => feature)).toEqual([
    'intercept',
    'activity',
    'retention',
    'payment30',
    'learns30',
  ]);
  expect(means[2]).toBeCloseTo(table.columns.payment30.reduce((sum, x) => sum + x, 0) / 600, 6);
});

test('below 60 days of history or 100 payers no model is made, and each shortfall is named', async () => {
  const few = payers(300);
  few.paymentNext30.fill(0, 99);
  few.paymentNext30.fill(5, 0, 99);
  expect(await fitValue(toPartitions(few), { ...options, historyDays: 59 })).toEqual({
    kind: 'value',
    format: 1,
    asOf: options.asOf,
    members: 300,
    status: 'insufficient',
    needs: [
      { what: 'historyDays', have: 59, need: 60 },
      { what: 'payers', have: 99, need: 100 },
    ],
  });
  few.paymentNext30[99] = 5;
  expect((await fitValue(toPartitions(few), { ...options, historyDays: 60 })).status).toBe('fitted');
  // A refund is no payment.
  few.paymentNext30[99] = -5;
  expect(await fitValue(toPartitions(few), options)).toMatchObject({
    status: 'insufficient',
    needs: [{ what: 'payers', have: 99 }],
  });
  expect(await fitValue(toPartitions(trainingTable(0, {})), options)).toMatchObject({
    members: 0,
    needs: [{}],
  });
});

describe.runIf(existsSync(cdnowFile))('on the purchases of CDNOW as of 1998-06-30', () => {
  let model: FittedModel<'value'>;
  beforeAll(async () => {
    const asOf = '1998-06-30';
    const table = buildTrainingTable(await cdnowDays(), asOf);
    model = await fitted(table, { asOf, historyDays: 545, currency: 'USD' }, 5_000);
  });

  test('payments of customers held out are predicted better than by the mean', () => {
    const { r2, mae, baseline } = model.card;
    expect(model.members).toBe(23_570);
    expect(r2).toBeGreaterThan(0.15);
    expect(baseline.r2).toBeLessThanOrEqual(0);
    expect(mae).toBeLessThan(0.9 * baseline.mae);
  });

  test('tenths are calibrated: what the best pay is what was predicted, and the first tenth pays most', () => {
    const [first, ...others] = model.card.deciles;
    expect(Math.abs(first!.observed / first!.predicted - 1)).toBeLessThan(0.25);
    for (const decile of others) expect(decile.observed).toBeLessThan(0.4 * first!.observed);
    for (const { predicted, observed } of model.card.deciles) {
      // Within a dollar, or a quarter.
      expect(Math.abs(observed - predicted)).toBeLessThan(Math.max(100, 0.25 * predicted));
    }
  });
});

async function fitted(
  table: TrainingTable,
  given: Parameters<typeof fitValue>[1] = options,
  rows?: number,
): Promise<FittedModel<'value'>> {
  const model = await fitValue(toPartitions(table, rows), given);
  if (model.status !== 'fitted') throw new Error(JSON.stringify(model));
  return { ...model, version: '' };
}

function payers(members: number): TrainingTable {
  const [random, noise] = [seededRandom(20), normal(21)];
  const activity = column(members, () => random() ** 2);
  const retention = column(members, random);
  const payment30 = column(members, () => (random() < 0.3 ? Math.floor(50_000 * random()) : 0));
  const learns30 = column(members, () => Math.floor(10 * random()));
  const paymentNext30 = column(members, (i) => {
    return Math.max(0, 9_000 * activity[i]! + 0.3 * payment30[i]! + 300 * learns30[i]! + 4_000 * noise());
  });
  return trainingTable(members, { activity, retention, payment30, learns30, paymentNext30 });
}
