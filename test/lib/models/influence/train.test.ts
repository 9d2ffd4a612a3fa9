import { expect, test } from 'vitest';
import { fitInfluence } from '#lib/models/influence/train.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { plantedTies, type Tie, tiePartitions } from '#test/lib/models/ties.ts';

const asOf = '2026-11-22';
const planted = plantedTies(seededRandom(6), 400, 3_000, 4);

async function fitted(ties: readonly Tie[], parts = 1) {
  const model = await fitInfluence(tiePartitions(ties, parts), { asOf });
  if (model.status !== 'fitted') throw new Error(`expected a fitted model: ${JSON.stringify(model)}`);
  return model;
}

test('the same ties give the same model to the byte, in whatever order and parts they come', async () => {
  const bytes = JSON.stringify(await fitted(planted));
  expect(JSON.stringify(await fitted(planted, 7))).toBe(bytes);
  const random = seededRandom(8);
  const mixed = planted
    .map((tie) => ({ tie, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ tie }) => tie);
  expect(JSON.stringify(await fitted(mixed, 3))).toBe(bytes);
});

test('the model is one that the reader of model files takes', async () => {
  const model = await fitInfluence(tiePartitions(planted), { asOf });
  const version = computeVersion(model);
  const file = { ...model, version };
  expect(parseModel('influence', JSON.stringify(file))).toEqual(file);
});

test('members come most influential first, with percentiles among those with ties', async () => {
  const { top, members } = await fitted(planted);
  expect(top).toHaveLength(members);
  for (const [place, { pageRank, percentile }] of top.entries()) {
    const lower = top.filter((other) => other.pageRank < pageRank).length;
    const same = top.filter((other) => other.pageRank === pageRank).length;
    expect(percentile).toBeCloseTo((lower + same / 2) / members, 12);
    if (place > 0) expect(pageRank).toBeLessThanOrEqual(top[place - 1]!.pageRank);
  }
  expect(top.reduce((sum, { pageRank }) => sum + pageRank, 0)).toBeCloseTo(1, 9);
});

test('the card counts pairs and circles, and each member is in one of them', async () => {
  const { top, card, members } = await fitted(planted);
  const pairs = new Set(planted.filter(([a, b]) => a !== b).map(([a, b]) => `${a} ${b}`));
  expect(card.ties).toBe(pairs.size);
  expect(card.circles).toBe(new Set(top.map(({ circle }) => circle)).size);
  expect(card.largestCircles.reduce((sum, { size }) => sum + size, 0)).toBe(members);
  for (const { circle, size } of card.largestCircles)
    expect(top.filter((member) => member.circle === circle)).toHaveLength(size);
});

test('the file stays small however large the community is', async () => {
  const { top, reach, card, members } = await fitted(plantedTies(seededRandom(7), 6_000, 9_000, 300));
  expect(members).toBeGreaterThan(1_000);
  expect(top).toHaveLength(1_000);
  expect(reach).toHaveLength(50);
  expect(card.largestCircles.length).toBeLessThanOrEqual(20);
});

test('below 20 ties there is no model, and the answer says how many it would take', async () => {
  const ring = (count: number) => Array.from({ length: count }, (_, n): Tie => [`m${n}`, `m${n + 1}`, 1]);
  expect(await fitInfluence(tiePartitions([...ring(19), ...ring(19)]), { asOf })).toEqual({
    kind: 'influence',
    format: 1,
    status: 'insufficient',
    asOf,
    members: 20,
    needs: [{ what: 'ties', have: 19, need: 20 }],
  });
  expect((await fitInfluence(tiePartitions(ring(20)), { asOf })).status).toBe('fitted');
  expect((await fitInfluence(tiePartitions([]), { asOf })).status).toBe('insufficient');
});

test('the card says when ranks had not settled', async () => {
  expect((await fitted(planted)).card).toMatchObject({ converged: true, iterations: expect.any(Number) });
  const model = await fitInfluence(tiePartitions(planted), { asOf, maxIterations: 3 });
  expect(model).toMatchObject({ card: { converged: false, iterations: 3 } });
});
