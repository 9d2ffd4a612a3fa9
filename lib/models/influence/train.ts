import type { Parts, TieTable } from '#lib/models/feature-tables.ts';
import type { InfluenceModel } from '#lib/models/model-files.ts';
import type { Unversioned } from '#lib/models/model-version.ts';
import { reachOf } from '#lib/models/numeric/graph/influence-maximization.ts';
import { circlesOf } from '#lib/models/numeric/graph/louvain.ts';
import { pageRankOf } from '#lib/models/numeric/graph/pagerank.ts';
import { tieGraphOf } from '#lib/models/numeric/graph/tie-graph.ts';

/** Fewer pairs of members than this are no network. */
const NEEDED_TIES = 20;
const MOST_TOP = 1_000;
const MOST_REACH = 50;
const MOST_CIRCLES = 20;

/**
 * Who moves others. Influence goes against the tie: who replies to, likes or accepts somebody has been moved by them.
 * The same ties give the same model to the byte, in whatever order their rows come.
 * @returns `insufficient` below 20 ties (pairs of members, in one direction)
 */
export async function fitInfluence(
  ties: Parts<TieTable>,
  { asOf, seed = 1 }: { asOf: string; seed?: number },
): Promise<Unversioned<InfluenceModel>> {
  const graph = await tieGraphOf(ties);
  const { userIds, sources } = graph;
  const head = { kind: 'influence', format: 1, asOf, members: userIds.length } as const;
  if (sources.length < NEEDED_TIES) {
    return {
      ...head,
      status: 'insufficient',
      needs: [{ what: 'ties', have: sources.length, need: NEEDED_TIES }],
    };
  }
  const pageRank = pageRankOf(graph);
  const ranked = Uint32Array.from(userIds.keys()).sort((a, b) => pageRank[b]! - pageRank[a]! || a - b);
  const places = new Uint32Array(userIds.length);
  for (const [place, member] of ranked.entries()) places[member] = place;
  const percentiles = percentilesOf(pageRank, ranked);
  const { circles, sizes, modularity } = circlesOf(graph, seed);
  return {
    ...head,
    status: 'fitted',
    top: Array.from(ranked.subarray(0, MOST_TOP), (member) => ({
      userId: userIds[member]!,
      pageRank: pageRank[member]!,
      percentile: percentiles[member]!,
      circle: circles[member]!,
    })),
    reach: reachOf(graph, places, MOST_REACH).map(({ member, added, reached }) => ({
      userId: userIds[member]!,
      added,
      reached,
    })),
    card: {
      ties: sources.length,
      circles: sizes.length,
      modularity,
      largestCircles: sizes.slice(0, MOST_CIRCLES).map((size, n) => ({ circle: n + 1, size })),
    },
  };
}

/** The share of members with a lower rank, and half of those with the same. */
function percentilesOf(pageRank: Float64Array, ranked: Uint32Array): Float64Array {
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
