import { expect, test } from 'vitest';
import type { FeatureTable } from '#lib/models/feature-tables.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import { assignClusters } from '#lib/models/profiles/rows.ts';
import { fitProfiles } from '#lib/models/profiles/train.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import { column, normal, trainingTable } from '#test/lib/models/generated.ts';
import { toPartitions } from '#test/lib/models/training-table.ts';

const asOf = '2025-11-22';

type Kind = Partial<FeatureTable['columns']>;

/** Members of four kinds, in turn; `weights` says how many of a kind there are in each round. */
function community(members: number, weights: readonly number[] = [4, 3, 2, 1], seed = 1) {
  const next = normal(seed);
  const round = weights.flatMap((weight, kind) => new Array<number>(weight).fill(kind));
  const kinds = Array.from({ length: members }, (_, i) => round[i % round.length]!);
  const count = (means: readonly number[]) =>
    column(members, (i) => Math.max(0, Math.round(means[kinds[i]!]! * (1 + 0.2 * next()))));
  const columns: Kind = {
    views30: count([20, 2, 25, 20]),
    replies30: count([0, 0, 0, 30]),
    learns30: count([1, 0, 30, 1]),
    activeDays30: count([10, 2, 15, 20]),
    recencyDays: count([4, 60, 3, 2]),
    retention: column(members, (i) => [0.6, 0.2, 0.8, 0.9][kinds[i]!]! + 0.04 * next()),
    paymentTotal: count([0, 9_900, 80_000, 9_900]),
  };
  return { table: trainingTable(members, columns), kinds };
}

async function fitted(
  table: ReturnType<typeof trainingTable>,
  options: Partial<Parameters<typeof fitProfiles>[1]> = {},
  rowsPerPart?: number,
) {
  const model = await fitProfiles(toPartitions(table, rowsPerPart), { asOf, ...options });
  if (model.status !== 'fitted') throw new Error(`not fitted: ${JSON.stringify(model.needs)}`);
  const file = JSON.stringify({ ...model, version: computeVersion(model) });
  return parseModel('profiles', file) as FittedModel<'profiles'>;
}

test('the kinds of members are found, largest first, with names that say what they are like', async () => {
  const { table, kinds } = community(400);
  const model = await fitted(table);
  expect(model.card).toMatchObject({ k: 4, chosenBy: 'silhouette', sampled: 400, previous: null });
  expect(model.clusters.map(({ id, size }) => [id, size])).toEqual([
    ['p1', 160],
    ['p2', 120],
    ['p3', 80],
    ['p4', 40],
  ]);
  expect(Array.from(assignClusters(model, table.columns))).toEqual(kinds);
  expect(model.clusters.map(({ name }) => name.zh).slice(1)).toEqual([
    '流失成员',
    '高价值学员',
    '高互动答疑者',
  ]);
  for (const { strongest, centroid } of model.clusters) {
    const sizes = strongest.map(({ z }) => Math.abs(z));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]).toBe(Math.max(...centroid.map(Math.abs)));
  }
});

test('the same members give the same bytes, however they are cut into parts; another seed may not', async () => {
  const { table } = community(500);
  const whole = JSON.stringify(await fitted(table));
  for (const rows of [1, 64, 499]) expect(JSON.stringify(await fitted(table, {}, rows))).toBe(whole);
  const previous = await fitted(table);
  const next = JSON.stringify(await fitted(table, { previous }));
  expect(JSON.stringify(await fitted(table, { previous }, 77))).toBe(next);
});

test('the order in which members are stored makes no difference but for rounding', async () => {
  const { table } = community(400);
  const order = table.userIds.map((_, i) => i).sort((a, b) => ((a * 7_919) % 400) - ((b * 7_919) % 400));
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, values]) => [
      name,
      Float64Array.from(order, (i) => values[i]!),
    ]),
  ) as FeatureTable['columns'];
  const [a, b] = [
    await fitted(table),
    await fitted({ ...table, userIds: order.map((i) => table.userIds[i]!), columns }),
  ];
  expect(b.card.silhouettes.map(({ silhouette }) => silhouette)).toEqual(
    a.card.silhouettes.map(({ silhouette }) => expect.closeTo(silhouette, 9)),
  );
  for (const [n, cluster] of a.clusters.entries()) {
    const { name, size, centroid } = b.clusters[n]!;
    expect([name, size]).toEqual([cluster.name, cluster.size]);
    expect(centroid).toEqual(cluster.centroid.map((x) => expect.closeTo(x, 9)));
  }
});

test('ids and names stay with the profiles when sizes, and so their order, change', async () => {
  const before = await fitted(community(400).table);
  const { table } = community(600, [1, 2, 3, 4], 2);
  const after = await fitted(table, { previous: before });
  expect(after.clusters.map(({ id, name }) => ({ id, name }))).toEqual(
    before.clusters.map(({ id, name }) => ({ id, name })),
  );
  expect(after.clusters.map(({ size }) => size)).toEqual([60, 120, 180, 240]);
  expect(after.card.previous).toEqual({ version: before.version, adjustedRandIndex: 1, movedShare: 0 });
});

test('a name given by hand, or by an older naming, is carried over as it is', async () => {
  const before = await fitted(community(400).table);
  const clusters = before.clusters.map((cluster) => ({
    ...cluster,
    name: { zh: `旧名${cluster.id}`, en: `Old ${cluster.id}` },
  }));
  const after = await fitted(community(400, [4, 3, 2, 1], 9).table, { previous: { ...before, clusters } });
  expect(after.clusters.map(({ name }) => name.en)).toEqual(['Old p1', 'Old p2', 'Old p3', 'Old p4']);
});

test('a profile that is gone takes its id along, and a new one gets an id that none ever had', async () => {
  const four = await fitted(community(400).table);
  const three = await fitted(community(400, [4, 3, 2, 0], 2).table, { previous: four });
  expect(three.clusters.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
  const again = await fitted(community(400, [4, 3, 2, 1], 3).table, { previous: three });
  expect(again.clusters.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3', 'p5']);
  expect(again.clusters[3]!.name.zh).toBe('高互动答疑者');
  expect(again.clusters[3]!.size).toBe(40);
});

test('who changed profile is counted on all members of today, by both models', async () => {
  const before = await fitted(community(400).table);
  const { table } = community(400);
  // Ten of the first kind take up what the third does.
  const [from, to] = [0, 7];
  for (let i = 0; i < 100; i += 10) {
    for (const values of Object.values(table.columns)) values[i + from] = values[i + to]!;
  }
  const after = await fitted(table, { previous: before });
  expect(after.card.previous).toMatchObject({ adjustedRandIndex: 1, movedShare: 0 });
  // Put two profiles of the model before in one, and every one of the smaller has moved.
  const [first, ...rest] = before.clusters;
  const merged = { ...before, clusters: [first!, ...rest.filter(({ id }) => id !== 'p4')] };
  const { previous } = (await fitted(table, { previous: merged })).card;
  expect(previous!.movedShare).toBeCloseTo(40 / 400, 12);
  expect(previous!.adjustedRandIndex).toBeLessThan(1);
});

test('coordinates of the model before need not be those of the new one', async () => {
  const { table } = community(400);
  const before = await fitted(table);
  // Nobody pays any more, and somebody posts: a column goes, another comes.
  const columns = {
    ...table.columns,
    paymentTotal: new Float64Array(400),
    posts30: column(400, (i) => i % 2),
  };
  const after = await fitted({ ...table, columns }, { previous: before, k: 4 });
  const listFeatures = (model: FittedModel<'profiles'>) => model.coordinates.map(({ feature }) => feature);
  expect(listFeatures(before)).toContain('paymentTotal');
  expect(listFeatures(after)).not.toContain('paymentTotal');
  expect(listFeatures(after)).toContain('posts30');
  expect(after.clusters.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3', 'p4']);
});

test('a configured number is kept to, and no other is tried', async () => {
  const { card, clusters } = await fitted(community(400).table, { k: 6 });
  expect(clusters).toHaveLength(6);
  expect(new Set(clusters.map(({ name }) => name.en)).size).toBe(6);
  expect(card).toMatchObject({ k: 6, chosenBy: 'configuration' });
  expect(card.silhouettes).toEqual([]);
  await expect(fitProfiles(toPartitions(community(40).table), { asOf, k: 1 })).rejects.toThrow(
    'must be a whole number from 2 to 10, not 1',
  );
});

test('too few members, or too few that differ, and no profile is made up', async () => {
  const head = { kind: 'profiles', format: 1, asOf, status: 'insufficient' };
  expect(await fitProfiles(toPartitions(community(19).table), { asOf })).toEqual({
    ...head,
    members: 19,
    needs: [{ what: 'members', have: 19, need: 20 }],
  });
  expect(await fitProfiles(toPartitions(trainingTable(300, {})), { asOf })).toEqual({
    ...head,
    members: 300,
    needs: [{ what: 'members', have: 1, need: 2 }],
  });
  const three = trainingTable(300, { posts30: column(300, (i) => i % 3) });
  expect(await fitProfiles(toPartitions(three), { asOf, k: 5 })).toEqual({
    ...head,
    members: 300,
    needs: [{ what: 'members', have: 3, need: 5 }],
  });
  expect((await fitted(three)).clusters.map(({ size }) => size)).toEqual([100, 100, 100]);
  expect(await fitProfiles(async function* () {}, { asOf })).toMatchObject({
    status: 'insufficient',
    members: 0,
  });
  expect((await fitted(community(20).table)).members).toBe(20);
});

test('the card says when profiles had not settled', async () => {
  // Where there are no groups, the best of the sample's solutions is not the end.
  const next = normal(2);
  const noise = () => column(500, next);
  const table = trainingTable(500, {
    retention: noise(),
    views30: noise(),
    learns30: noise(),
    activeDays30: noise(),
    likes30: noise(),
  });
  const { card } = await fitted(table, { k: 10 });
  expect(card.converged).toBe(true);
  expect(card.iterations).toBeGreaterThan(1);
  expect((await fitted(table, { k: 10, maxIterations: 1 })).card).toMatchObject({
    converged: false,
    iterations: 1,
  });
});
