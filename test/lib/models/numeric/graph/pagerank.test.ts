import { DirectedGraph } from 'graphology';
import graphologyPagerank from 'graphology-metrics/centrality/pagerank.js';
import { describe, expect, test } from 'vitest';
import { computePageRank } from '#lib/models/numeric/graph/pagerank.ts';
import { buildTieGraph } from '#lib/models/numeric/graph/tie-graph.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { graphsPresent, knownGraph, plantedTies, type Tie, tiePartitions } from '#test/lib/models/ties.ts';

// The package is a CommonJS function, and is typed as if it were a module with a default export.
const pagerank = graphologyPagerank as unknown as typeof graphologyPagerank.default;

const computeRanks = async (ties: readonly Tie[]) => {
  const graph = await buildTieGraph(tiePartitions(ties));
  const { ranks } = computePageRank(graph);
  return Object.fromEntries(graph.userIds.map((userId, v) => [userId, ranks[v]!]));
};

function graphologyRanks(ties: readonly Tie[]): Record<string, number> {
  const graph = new DirectedGraph();
  for (const [source, target, weight] of ties) {
    if (source === target) continue;
    graph.mergeNode(source);
    graph.mergeNode(target);
    graph.updateDirectedEdge(source, target, ({ weight: before = 0 }) => ({ weight: before + weight }));
  }
  return pagerank(graph, { getEdgeWeight: 'weight', tolerance: 1e-14, maxIterations: 1_000 });
}

async function expectAsGraphology(ties: readonly Tie[]): Promise<void> {
  const [ours, theirs] = [await computeRanks(ties), graphologyRanks(ties)];
  expect(Object.keys(ours)).toHaveLength(Object.keys(theirs).length);
  for (const [userId, rank] of Object.entries(theirs))
    expect(Math.abs(ours[userId]! - rank), userId).toBeLessThan(1e-9);
}

test.each([1, 2, 3])('ranks equal those of graphology on weighted directed ties (seed %i)', async (seed) => {
  await expectAsGraphology(plantedTies(seededRandom(seed), 300, 1_500, 5));
});

describe.skipIf(!graphsPresent)('known graphs', () => {
  test.each(['karate', 'dolphins'] as const)('ranks equal those of graphology on %s', async (name) => {
    await expectAsGraphology(knownGraph(name));
  });

  test('karate: the two leaders of the split club come first, with their published ranks', async () => {
    const ties = knownGraph('karate');
    const ranked = Object.entries(await computeRanks(ties)).sort(([, a], [, b]) => b - a);
    const countTies = (userId: string) => ties.filter(([source]) => source === userId).length;
    expect(ranked.slice(0, 2).map(([userId]) => countTies(userId))).toEqual([17, 16]);
    expect(ranked[0]![1]).toBeCloseTo(0.1009, 4);
    expect(ranked[1]![1]).toBeCloseTo(0.097, 4);
  });
});

test('ranks sum to 1, also when some react to nobody', async () => {
  const ranks = await computeRanks([
    ['a', 'b', 1],
    ['c', 'b', 3],
    ['b', 'd', 1],
  ]);
  expect(Object.values(ranks).reduce((sum, rank) => sum + rank)).toBeCloseTo(1, 12);
});

test('whom others react to ranks above who reacts, and more weight is more rank', async () => {
  const ranks = await computeRanks([
    ['fan', 'star', 3],
    ['fan', 'other', 1],
    ['star', 'fan', 1],
    ['other', 'fan', 1],
  ]);
  expect(ranks['star']).toBeGreaterThan(ranks['other']!);
});

test('ranks say whether they have settled, and in how many iterations', async () => {
  const graph = await buildTieGraph(tiePartitions(plantedTies(seededRandom(4), 300, 1_500, 5)));
  const settled = computePageRank(graph);
  expect(settled.converged).toBe(true);
  const { iterations } = settled;
  expect(computePageRank(graph, iterations)).toEqual(settled);
  expect(computePageRank(graph, iterations - 1)).toMatchObject({
    converged: false,
    iterations: iterations - 1,
  });
});
