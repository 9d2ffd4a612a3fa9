import type { TieGraph } from './tie-graph.ts';

const DAMPING = 0.85;
/** The sum of all changes in one round below which the ranks stand: they are then within 6e-11 of the exact ones. */
const TOLERANCE = 1e-11;
const MAX_ITERATIONS = 500;

interface PageRank {
  /** one per member of the graph; they sum to 1 */
  ranks: Float64Array;
  /** how often ranks were passed on */
  iterations: number;
  /** whether they had settled before the iterations were used up */
  converged: boolean;
}

/**
 * PageRank (Page, Brin, Motwani and Winograd, 1999) over weighted ties: who reacts to somebody passes on a share of
 * their own rank, by the weights of all they react to. Who reacts to nobody passes theirs on to all alike.
 * @param maxIterations at least 1; ranks that have not settled by then are answered as they are, `converged` false
 */
export function computePageRank(
  { userIds, starts, sources, weights }: TieGraph,
  maxIterations = MAX_ITERATIONS,
): PageRank {
  const members = userIds.length;
  const outWeight = new Float64Array(members);
  for (let tie = 0; tie < sources.length; tie += 1) outWeight[sources[tie]!]! += weights[tie]!;
  let rank = new Float64Array(members).fill(1 / members);
  let next = new Float64Array(members);
  const perWeight = new Float64Array(members);
  let iterations = 0;
  let converged = false;
  for (; !converged && iterations < maxIterations; iterations += 1) {
    let danglingMass = 0;
    for (let v = 0; v < members; v += 1) {
      if (outWeight[v] === 0) danglingMass += rank[v]!;
      else perWeight[v] = rank[v]! / outWeight[v]!;
    }
    const teleport = (1 - DAMPING + DAMPING * danglingMass) / members;
    let change = 0;
    for (let v = 0; v < members; v += 1) {
      let received = 0;
      const end = starts[v + 1]!;
      for (let tie = starts[v]!; tie < end; tie += 1) received += perWeight[sources[tie]!]! * weights[tie]!;
      next[v] = teleport + DAMPING * received;
      change += Math.abs(next[v]! - rank[v]!);
    }
    [rank, next] = [next, rank];
    converged = change < TOLERANCE;
  }
  return { ranks: rank, iterations, converged };
}
