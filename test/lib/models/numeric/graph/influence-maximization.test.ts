import { describe, expect, test } from 'vitest';
import { maximizeReach, type ReachStep } from '#lib/models/numeric/graph/influence-maximization.ts';
import { buildTieGraph, type TieGraph } from '#lib/models/numeric/graph/tie-graph.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { graphsPresent, knownGraph, plantedTies, type Tie, tiePartitions } from '#test/lib/models/ties.ts';

const audience = ({ starts, sources }: TieGraph, v: number) => [
  v,
  ...sources.subarray(starts[v], starts[v + 1]),
];

/** Greedy choice that looks at everybody in every round. */
function plainGreedy(graph: TieGraph, places: Uint32Array, most: number): ReachStep[] {
  const reached = new Set<number>();
  const set: ReachStep[] = [];
  while (set.length < most) {
    const [best] = graph.userIds
      .map((_, member) => ({ member, added: audience(graph, member).filter((v) => !reached.has(v)).length }))
      .sort((a, b) => b.added - a.added || places[a.member]! - places[b.member]!);
    if (best === undefined || best.added < 2) return set;
    for (const v of audience(graph, best.member)) reached.add(v);
    set.push({ ...best, reached: reached.size });
  }
  return set;
}

/** Places in an order that is not the members' own. */
function mixedPlaces(members: number): Uint32Array {
  const random = seededRandom(9);
  const keys = Array.from({ length: members }, random);
  const places = new Uint32Array(members);
  for (const [place, v] of [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!).entries()) places[v] = place;
  return places;
}

async function expectAsPlain(ties: readonly Tie[], most: number): Promise<void> {
  const graph = await buildTieGraph(tiePartitions(ties));
  const places = mixedPlaces(graph.userIds.length);
  const set = maximizeReach(graph, places, most);
  expect(set.length).toBeGreaterThan(0);
  expect(set).toEqual(plainGreedy(graph, places, most));
}

test.each([1, 2, 3, 4])('lazy evaluation finds what plain greedy choice finds (seed %i)', async (seed) => {
  await expectAsPlain(plantedTies(seededRandom(seed), 250, 700, 5), 50);
  await expectAsPlain(plantedTies(seededRandom(seed), 60, 40, 3), 7);
});

describe.skipIf(!graphsPresent)('known graphs', () => {
  test.each(['karate', 'dolphins'] as const)('the same on %s, where all are reached', async (name) => {
    const ties = knownGraph(name);
    await expectAsPlain(ties, 50);
    const graph = await buildTieGraph(tiePartitions(ties));
    const set = maximizeReach(graph, mixedPlaces(graph.userIds.length), 50);
    expect(set.length).toBeLessThan(graph.userIds.length / 3);
    expect(set.at(-1)!.reached).toBeGreaterThan(graph.userIds.length * 0.9);
  });
});

test('influence goes to who reacted: who only reacts reaches nobody', async () => {
  const graph = await buildTieGraph(
    tiePartitions([
      ['fan1', 'star', 1],
      ['fan2', 'star', 1],
      ['fan1', 'fan2', 1],
    ]),
  );
  const set = maximizeReach(graph, Uint32Array.of(0, 1, 2), 50);
  expect(set).toEqual([{ member: graph.userIds.indexOf('star'), added: 3, reached: 3 }]);
});

test('among members who add as many the one with the lower place is taken', async () => {
  const graph = await buildTieGraph(
    tiePartitions([
      ['b', 'a', 1],
      ['d', 'c', 1],
    ]),
  );
  expect(maximizeReach(graph, Uint32Array.of(2, 0, 1, 3), 1)).toEqual([{ member: 2, added: 2, reached: 2 }]);
  expect(maximizeReach(graph, Uint32Array.of(1, 0, 2, 3), 9).map(({ member }) => member)).toEqual([0, 2]);
});

test('nobody is reached without ties', async () => {
  expect(maximizeReach(await buildTieGraph(tiePartitions([])), new Uint32Array(0), 50)).toEqual([]);
});
