import type { Unversioned } from '#lib/models/model-version.ts';
import { maximizeReach } from '#lib/models/numeric/graph/influence-maximization.ts';
import { detectCircles } from '#lib/models/numeric/graph/louvain.ts';
import { computePageRank } from '#lib/models/numeric/graph/pagerank.ts';
import type { TieTable } from '#lib/models/numeric/graph/tie-graph.ts';
import { buildTieGraph } from '#lib/models/numeric/graph/tie-graph.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import type { InfluenceModel } from './schema.ts';

/** Fewer pairs of members than this are no network. */
const MIN_TIES = 20;
const MAX_TOP = 1_000;
const MAX_REACH = 50;
const MAX_CIRCLES = 20;

/**
 * Who moves others. Influence goes against the tie: who replies to, likes or accepts somebody has been moved by them.
 * The same ties give the same model to the byte, in whatever order their rows come.
 * @param maxIterations of PageRank; 500 by default
 * @returns `insufficient` below 20 ties (pairs of members, in one direction)
 */
export async function fitInfluence(
  ties: Partitions<TieTable>,
  { asOf, seed = 1, maxIterations }: { asOf: string; seed?: number; maxIterations?: number },
): Promise<Unversioned<InfluenceModel>> {
  const graph = await buildTieGraph(ties);
  const { userIds, sources } = graph;
  const head = { kind: 'influence', format: 1, asOf, members: userIds.length } as const;
  if (sources.length < MIN_TIES) {
    return {
      ...head,
      status: 'insufficient',
      needs: [{ what: 'ties', have: sources.length, need: MIN_TIES }],
    };
  }
  const { ranks: pageRank, converged, iterations } = computePageRank(graph, maxIterations);
  const ranked = Uint32Array.from(userIds.keys()).sort((a, b) => pageRank[b]! - pageRank[a]! || a - b);
  const places = new Uint32Array(userIds.length);
  for (const [place, member] of ranked.entries()) places[member] = place;
  const percentiles = computePercentiles(pageRank, ranked);
  const { circles, sizes, modularity } = detectCircles(graph, seed);
  return {
    ...head,
    status: 'fitted',
    top: Array.from(ranked.subarray(0, MAX_TOP), (member) => ({
      userId: userIds[member]!,
      pageRank: pageRank[member]!,
      percentile: percentiles[member]!,
      circle: circles[member]!,
    })),
    reach: maximizeReach(graph, places, MAX_REACH).map(({ member, added, reached }) => ({
      userId: userIds[member]!,
      added,
      reached,
    })),
    card: {
      ties: sources.length,
      circles: sizes.length,
      modularity,
      largestCircles: sizes.slice(0, MAX_CIRCLES).map((size, n) => ({ circle: n + 1, size })),
      converged,
      iterations,
    },
  };
}

/** The share of members with a lower rank, and half of those with the same. */
function computePercentiles(pageRank: Float64Array, ranked: Uint32Array): Float64Array {
  const members = ranked.length;
  const percentiles = new Float64Array(members);
  for (let from = 0; from < members; ) {
    let to = from;
    while (to < members && pageRank[ranked[to]!] === pageRank[ranked[from]!]) to += 1;
    for (let place = from; place < to; place += 1)
      percentiles[ranked[place]!] = (members - to + (to - from) / 2) / members;
    from = to;
  }
  return percentiles;
}
