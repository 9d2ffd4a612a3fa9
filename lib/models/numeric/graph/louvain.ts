import type { MultiUndirectedGraph } from 'graphology';
import louvain from 'graphology-communities-louvain';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import type { TieGraph } from './tie-graph.ts';

// The package is a CommonJS function, and is typed as if it were a module with a default export.
const { detailed } = louvain as unknown as typeof louvain.default;

const MAX_STARTS = 10;
/** All starts together; a larger graph has one. */
const MAX_TIES_READ = 2_000_000;

/** Members in circles of those who react to each other more than chance would have it. */
interface Circles {
  /** per member of the graph, from 1, the largest circle */
  circles: Uint32Array;
  /** of circle 1, 2, … */
  sizes: number[];
  /** how much of the ties' weight lies within circles beyond what chance would put there: below 1, 0 is chance */
  modularity: number;
}

/**
 * Circles by the method of Louvain (Blondel, Guillaume, Lambiotte and Lefebvre, 2008); ties count both ways. Its result
 * depends on where it begins, so the best of several seeded starts is taken.
 */
export function detectCircles(graph: TieGraph, seed: number): Circles {
  const ties = toLouvainGraph(graph);
  const affordable = Math.floor(MAX_TIES_READ / graph.sources.length);
  const starts = Math.min(MAX_STARTS, Math.max(1, affordable));
  const rng = seededRandom(seed);
  let best = detailed(ties, { rng });
  for (let start = 1; start < starts; start += 1) {
    const other = detailed(ties, { rng });
    if (other.modularity > best.modularity + 1e-12) best = other;
  }
  return { ...numberBySize(best.communities, graph.userIds.length), modularity: best.modularity };
}

/** Numbers circles by size, the larger first; of the same size the one with the earlier member. */
function numberBySize(labels: Readonly<Record<string, number>>, members: number) {
  const found = new Map<number, { first: number; size: number }>();
  for (let v = 0; v < members; v += 1) {
    const circle = found.get(labels[v]!);
    if (circle === undefined) found.set(labels[v]!, { first: v, size: 1 });
    else circle.size += 1;
  }
  const ordered = [...found].sort(([, a], [, b]) => b.size - a.size || a.first - b.first);
  const place = new Map(ordered.map(([label], n) => [label, n + 1]));
  return {
    circles: Uint32Array.from({ length: members }, (_, v) => place.get(labels[v]!)!),
    sizes: ordered.map(([, { size }]) => size),
  };
}

/**
 * Ties as the package of Louvain's method reads a graph, straight from where they lie: a graph of graphology takes 400
 * bytes per tie, and most of the time. What it reads of one is not part of its interface: the tests notice a change.
 */
export function toLouvainGraph({ userIds, starts, sources, weights }: TieGraph): MultiUndirectedGraph {
  const outDegree = new Uint32Array(userIds.length);
  for (const source of sources) outDegree[source]! += 1;
  const view = {
    type: 'undirected',
    multi: true,
    order: userIds.length,
    size: sources.length,
    selfLoopCount: 0,
    addUndirectedEdgeWithKey: readOnly,
    dropNode: readOnly,
    undirectedDegreeWithoutSelfLoops: (v: number) => outDegree[v]! + starts[v + 1]! - starts[v]!,
    forEachNode(visit: (v: number) => void): void {
      for (let v = 0; v < userIds.length; v += 1) visit(v);
    },
    forEachEdge(visit: (tie: number, attributes: { weight: number }, a: number, b: number) => void): void {
      const attributes = { weight: 0 };
      for (let v = 0; v < userIds.length; v += 1) {
        for (let tie = starts[v]!; tie < starts[v + 1]!; tie += 1) {
          attributes.weight = weights[tie]!;
          visit(tie, attributes, sources[tie]!, v);
        }
      }
    },
  };
  return view as unknown as MultiUndirectedGraph;
}

function readOnly(): never {
  throw new TypeError('this graph can only be read');
}
