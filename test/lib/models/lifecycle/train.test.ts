import { expect, test } from 'vitest';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import { fitLifecycle } from '#lib/models/lifecycle/train.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { demoDays } from '#test/infra/local/demo/demo-days.ts';
import { column, normal, trainingTable } from '#test/lib/models/generated.ts';
import { buildTrainingTable, toPartitions } from '#test/lib/models/training-table.ts';

const thresholds = { newDays: 14, silentDays: 14, churnedDays: 45 };
const options = { asOf: '2025-11-22', thresholds };
const demoMoments = [new Date('2025-11-17T00:30:00Z'), new Date('2025-11-22T15:30:00Z')];

test.each(demoMoments)(
  'on the demo leavers are predicted better than by the plain rule (%s)',
  async (now) => {
    const { asOf, days } = demoDays({ now });
    const { card } = await fitted(buildTrainingTable(days, asOf), { ...options, asOf });
    expect(card.auc).toBeGreaterThan(card.ruleAuc + 0.01);
    expect(card.heldOut).toBe(card.positives + card.negatives);
    expect(card.candidates.map(({ kind }) => kind)).toEqual(['tree', 'forest', 'neighbours', 'rule']);
    expect(Math.max(...card.candidates.map(({ auc }) => auc))).toBe(card.auc);
    // Better than giving everybody the overall share, and true by the tenth.
    const share = card.positives / card.heldOut;
    const plain = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    expect(card.logLoss).toBeLessThan(0.6 * plain);
    expect(card.deciles[0]!.lift).toBeGreaterThan(3);
    for (const { predicted, observed } of card.deciles)
      expect(Math.abs(predicted - observed)).toBeLessThan(0.15);
  },
);

test('the same rows and seed give the same bytes, however they are cut, and the file reads and is small', async () => {
  const table = members(700, 0.8);
  const model = await fitted(table);
  const json = JSON.stringify(model);
  expect(JSON.stringify(await fitted(table, options, 53))).toBe(json);
  expect(JSON.stringify(await fitted(table, { ...options, seed: 9 }))).not.toBe(json);
  expect(json.length).toBeLessThan(300_000);
  expect(parseModel('lifecycle', JSON.stringify({ ...model, version: computeVersion(model) })).status).toBe(
    'fitted',
  );
});

test('where nothing tells who leaves, the figures say so', async () => {
  const { card } = await fitted(members(700, 0));
  expect(Math.abs(card.auc - 0.5)).toBeLessThan(0.08);
  for (const { predicted } of card.deciles) expect(Math.abs(predicted - 0.4)).toBeLessThan(0.15);
});

test('who had left before does not count, neither as row nor as need', async () => {
  const table = members(700, 0.8);
  const gone = column(700, (i) => (i % 2 === 0 ? 45 : 44));
  const model = await fitted({ ...table, columns: { ...table.columns, recencyDays: gone } });
  expect(model.members).toBe(350);
  expect(model.coordinates.map(({ feature }) => feature)).not.toContain('recencyDays');
});

test('below 100 who left or 100 who stayed no model is made, and each shortfall is named', async () => {
  const outcomes = (left: number, stayed: number) => {
    const activeNext30 = new Uint8Array(left + stayed).fill(1, left);
    return fitLifecycle(toPartitions(trainingTable(left + stayed, { activeNext30 })), options);
  };
  expect(await outcomes(99, 40)).toEqual({
    kind: 'lifecycle',
    format: 1,
    asOf: options.asOf,
    members: 139,
    thresholds,
    status: 'insufficient',
    needs: [
      { what: 'left', have: 99, need: 100 },
      { what: 'stayed', have: 40, need: 100 },
    ],
  });
  expect(await outcomes(0, 500)).toMatchObject({ needs: [{ what: 'left', have: 0, need: 100 }] });
  expect(await outcomes(0, 0)).toMatchObject({ members: 0, needs: [{ what: 'left' }, { what: 'stayed' }] });
});

async function fitted(
  table: TrainingTable,
  given: Parameters<typeof fitLifecycle>[1] = options,
  rows?: number,
): Promise<FittedModel<'lifecycle'>> {
  const model = await fitLifecycle(toPartitions(table, rows), given);
  if (model.status !== 'fitted') throw new Error(JSON.stringify(model));
  return { ...model, version: '' };
}

/** Members who leave the rather the less they did, if `weight` > 0; two in five leave. */
function members(count: number, weight: number): TrainingTable {
  const [random, noise] = [seededRandom(30), normal(31)];
  const recencyDays = column(count, () => 1 + Math.floor(44 * random()));
  const views30 = column(count, () => Math.floor(50 * random() ** 3));
  const feedbackMean = column(count, () => (random() < 0.2 ? 1 + Math.floor(5 * random()) : Number.NaN));
  const activeNext30 = Uint8Array.from({ length: count }, (_, i) => {
    const kept = (views30[i]! - 12) / 14 - (recencyDays[i]! - 22) / 13;
    return weight * kept + noise() > -0.25 * (1 + weight) ? 1 : 0;
  });
  return trainingTable(count, { recencyDays, views30, feedbackMean, activeNext30 });
}
