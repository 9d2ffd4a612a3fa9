import { expect, test } from 'vitest';
import { buildTieGraph } from '#lib/models/numeric/graph/tie-graph.ts';
import { type Tie, tiePartitions } from '#test/lib/models/ties.ts';

const read = (...ties: Tie[]) => buildTieGraph(tiePartitions(ties));

test('a member has those who react to them, in order, and how much', async () => {
  const graph = await read(['c', 'a', 2], ['b', 'a', 1.5], ['a', 'c', 1]);
  expect(graph).toEqual({
    userIds: ['a', 'b', 'c'],
    starts: Uint32Array.of(0, 2, 2, 3),
    sources: Uint32Array.of(1, 2, 0),
    weights: Float64Array.of(1.5, 2, 1),
  });
});

test('rows of one pair are added up, also from different parts', async () => {
  const ties: Tie[] = [
    ['b', 'a', 0.1],
    ['c', 'a', 1],
    ['b', 'a', 0.2],
    ['b', 'a', 0.3],
  ];
  const graph = await buildTieGraph(tiePartitions(ties, 3));
  expect([...graph.sources]).toEqual([1, 2]);
  expect(graph.weights[0]).toBeCloseTo(0.6, 12);
  // 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit.
  expect((await buildTieGraph(tiePartitions(ties.toReversed(), 2))).weights).toEqual(graph.weights);
});

test('ties to oneself, taken back, or of no weight leave no trace, not even a member', async () => {
  const graph = await read(
    ['a', 'a', 5],
    ['b', 'c', 0],
    ['d', 'e', -1],
    ['f', 'g', Number.NaN],
    ['h', 'i', 1],
  );
  expect(graph.userIds).toEqual(['h', 'i']);
  expect([...graph.sources]).toEqual([0]);
});

test('no ties are an empty graph', async () => {
  expect(await read()).toMatchObject({ userIds: [], starts: Uint32Array.of(0) });
});
