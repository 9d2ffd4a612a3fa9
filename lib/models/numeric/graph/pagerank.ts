import type { TieGraph } from './tie-graph.ts';

const DAMPING = 0.85;
/** The sum of all changes in one round below which the ranks stand: they are then within 6e-11 of the exact ones. */
const SETTLED = 1e-11;
const MOST_ROUNDS = 500;

/**
 * PageRank (Page, Brin, Motwani and Winograd, 1999) over weighted ties: who reacts to somebody passes on a share of
 * their own rank, by the weights of all they react to. Who reacts to nobody passes theirs on to all alike.
 * @returns one rank per member of the graph, which sum to 1
 */
export function pageRankOf({ userIds, starts, sources, weights }: TieGraph): Float64Array {
  const members = userIds.length;
  const given = new Float64Array(members);
  for (let tie = 0; tie < sources.length; tie += 1) given[sources[tie]!]! += weights[tie]!;
  let rank = new Float64Array(members).fill(1 / members);
  let next = new Float64Array(members);
  const perWeight = new Float64Array(members);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let idle = 0;
    for (let v = 0; v < members; v += 1) {
      if (given[v] === 0) idle += rank[v]!;
      else perWeight[v] = rank[v]! / given[v]!;
    }
    const everybody = (1 - DAMPING + DAMPING * idle) / members;
    let change = 0;
    for (let v = 0; v < members; v += 1) {
      let received = 0;
      const end = starts[v + 1]!;
      for (let tie = starts[v]!; tie < end; tie += 1) received += perWeight[sources[tie]!]! * weights[tie]!;
      next[v] = everybody + DAMPING * received;
      change += Math.abs(next[v]! - rank[v]!);
    }
    [rank, next] = [next, rank];
    if (change < SETTLED) break;
  }
  return rank;
}
