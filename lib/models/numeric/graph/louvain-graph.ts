import type { MultiUndirectedGraph } from 'graphology';
import type { TieGraph } from './tie-graph.ts';

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
