import type { Partitions } from '#lib/models/numeric/partitions.ts';

/** Which member acted on which other, one row per pair; weight is the count of replies, likes and accepts, × 0.9 per month of age. */
export interface TieTable {
  sources: string[];
  targets: string[];
  weights: Float64Array;
}

/**
 * Which member reacts to which other, numbered: members are numbers into `userIds`, which is in order. Those who react to member v are
 * `sources` from `starts[v]` to `starts[v + 1]`, in order, and `weights` beside them say how much.
 */
export interface TieGraph {
  userIds: string[];
  starts: Uint32Array;
  sources: Uint32Array;
  weights: Float64Array;
}

/**
 * Reads ties into a graph. It is the same, to the last bit, in whatever order and parts the rows come. What ties a
 * member to themselves, or weighs nothing, is left out; rows of one pair are added up.
 */
export async function buildTieGraph(ties: Partitions<TieTable>): Promise<TieGraph> {
  const numbers = new Map<string, number>();
  const assignNumber = (userId: string): number => {
    const known = numbers.get(userId);
    if (known !== undefined) return known;
    numbers.set(userId, numbers.size);
    return numbers.size - 1;
  };
  const rows: Rows = { sources: [], targets: [], weights: [] };
  for await (const { sources, targets, weights } of ties()) {
    for (let row = 0; row < sources.length; row += 1) {
      if (!(weights[row]! > 0) || sources[row] === targets[row]) continue;
      rows.sources.push(assignNumber(sources[row]!));
      rows.targets.push(assignNumber(targets[row]!));
      rows.weights.push(weights[row]!);
    }
  }
  const userIds = [...numbers.keys()].sort();
  const rank = new Uint32Array(userIds.length);
  for (const [place, userId] of userIds.entries()) rank[numbers.get(userId)!] = place;
  renumber(rows.sources, rank);
  renumber(rows.targets, rank);
  return { userIds, ...buildPairs(rows, userIds.length) };
}

interface Rows {
  sources: number[];
  targets: number[];
  weights: number[];
}

function renumber(members: number[], rank: Uint32Array): void {
  for (let i = 0; i < members.length; i += 1) members[i] = rank[members[i]!]!;
}

/** The rows by target, then source, each pair once. */
function buildPairs({ sources, targets, weights }: Rows, members: number): Omit<TieGraph, 'userIds'> {
  const bySource = countingSort(Uint32Array.from(sources.keys()), sources, members);
  const order = countingSort(bySource, targets, members);
  const starts = new Uint32Array(members + 1);
  const pairs = { sources: new Uint32Array(order.length), weights: new Float64Array(order.length) };
  let count = 0;
  for (let i = 0; i < order.length; ) {
    const [source, target] = [sources[order[i]!]!, targets[order[i]!]!];
    const ofPair: number[] = [];
    for (; i < order.length && sources[order[i]!] === source && targets[order[i]!] === target; i += 1)
      ofPair.push(weights[order[i]!]!);
    pairs.sources[count] = source;
    // Floating sums depend on the order, and rows come in any.
    pairs.weights[count] = ofPair.sort((a, b) => a - b).reduce((sum, weight) => sum + weight);
    count += 1;
    starts[target + 1] = count;
  }
  for (let v = 1; v <= members; v += 1) starts[v] = Math.max(starts[v]!, starts[v - 1]!);
  return { starts, sources: pairs.sources.slice(0, count), weights: pairs.weights.slice(0, count) };
}

/** Rows by key, those of the same key in the order in which they were. */
function countingSort(rows: Uint32Array, keys: readonly number[], keyCount: number): Uint32Array {
  const next = new Uint32Array(keyCount + 1);
  for (const row of rows) next[keys[row]! + 1]! += 1;
  for (let key = 1; key <= keyCount; key += 1) next[key]! += next[key - 1]!;
  const sorted = new Uint32Array(rows.length);
  for (const row of rows) sorted[next[keys[row]!]!++] = row;
  return sorted;
}
