import { MultiUndirectedGraph } from 'graphology';
import louvain from 'graphology-communities-louvain';
import { describe, expect, test } from 'vitest';
import { detectCircles, toLouvainGraph } from '#lib/models/numeric/graph/louvain.ts';

import { buildTieGraph, type TieGraph } from '#lib/models/numeric/graph/tie-graph.ts';
import { adjustedRandIndex } from '#lib/models/numeric/kmeans/cluster-quality.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { graphsPresent, knownGraph, plantedTies, type Tie, tiePartitions } from '#test/lib/models/ties.ts';

// The package is a CommonJS function, and is typed as if it were a module with a default export.
const { detailed } = louvain as unknown as typeof louvain.default;

const buildGraph = (ties: readonly Tie[]) => buildTieGraph(tiePartitions(ties));

/** Newman's modularity (2004) straight from its definition. */
function computeModularity(
  { userIds, starts, sources, weights }: TieGraph,
  circles: ArrayLike<number>,
): number {
  const strength = new Map<number, number>();
  let [total, within] = [0, 0];
  for (let v = 0; v < userIds.length; v += 1) {
    for (let tie = starts[v]!; tie < starts[v + 1]!; tie += 1) {
      const [mine, theirs] = [circles[v]!, circles[sources[tie]!]!];
      total += weights[tie]!;
      if (mine === theirs) within += weights[tie]!;
      for (const circle of [mine, theirs]) strength.set(circle, (strength.get(circle) ?? 0) + weights[tie]!);
    }
  }
  const chance = [...strength.values()].reduce((sum, s) => sum + (s / (2 * total)) ** 2, 0);
  return within / total - chance;
}

test('modularity is that of the circles by its definition', async () => {
  const graph = await buildGraph(plantedTies(seededRandom(4), 200, 1_200, 4));
  const { circles, modularity } = detectCircles(graph, 1);
  expect(modularity).toBeCloseTo(computeModularity(graph, circles), 10);
});

test('ties read in place give what a graph of graphology gives', async () => {
  const graph = await buildGraph(plantedTies(seededRandom(4), 200, 1_200, 4));
  const copy = new MultiUndirectedGraph();
  for (let v = 0; v < graph.userIds.length; v += 1) copy.addNode(v);
  for (let v = 0; v < graph.userIds.length; v += 1) {
    for (let tie = graph.starts[v]!; tie < graph.starts[v + 1]!; tie += 1)
      copy.addUndirectedEdge(graph.sources[tie], v, { weight: graph.weights[tie] });
  }
  const [ours, theirs] = [toLouvainGraph(graph), copy].map((ties) =>
    detailed(ties, { rng: seededRandom(1) }),
  );
  expect(ours).toEqual(theirs);
});

test('planted circles are found', async () => {
  const graph = await buildGraph(plantedTies(seededRandom(5), 300, 4_000, 5));
  const { circles } = detectCircles(graph, 1);
  const planted = Uint32Array.from(graph.userIds, (userId) => Number(userId.slice(1)) % 5);
  expect(adjustedRandIndex(circles, planted)).toBeGreaterThan(0.9);
});

describe.skipIf(!graphsPresent)('known graphs', () => {
  test.each([
    ['karate', 0.41, 0.4198],
    ['dolphins', 0.52, 0.5285],
  ] as const)(
    '%s: modularity of at least %d for any seed, of the best known %d',
    async (name, least, best) => {
      const graph = await buildGraph(knownGraph(name));
      for (let seed = 1; seed <= 20; seed += 1) {
        const { modularity } = detectCircles(graph, seed);
        expect(modularity, `seed ${seed}`).toBeGreaterThanOrEqual(least);
        expect(modularity, `seed ${seed}`).toBeLessThan(best + 0.0001);
      }
    },
  );
});

test('circles are numbered from 1 by size, and of the same size by their first member', async () => {
  const ring = (...members: string[]): Tie[] =>
    members.flatMap((a) => members.filter((b) => b !== a).map((b): Tie => [a, b, 1]));
  const graph = await buildGraph([
    ...ring('x', 'y', 'z'),
    ...ring('a', 'b', 'c'),
    ...ring('p', 'q', 'r', 's'),
  ]);
  const { circles, sizes } = detectCircles(graph, 1);
  expect(sizes).toEqual([4, 3, 3]);
  expect(Object.fromEntries(graph.userIds.map((userId, v) => [userId, circles[v]]))).toEqual({
    ...{ p: 1, q: 1, r: 1, s: 1 },
    ...{ a: 2, b: 2, c: 2 },
    ...{ x: 3, y: 3, z: 3 },
  });
});
