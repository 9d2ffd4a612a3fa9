import type { TieGraph } from './tie-graph.ts';

/** A member of the set, how many more they reach, and how many are reached with them. */
export interface ReachStep {
  member: number;
  added: number;
  reached: number;
}

/**
 * The smallest set of members that reaches most others. A member reaches themselves and who has reacted to them.
 * Greedy choice reaches at least 1 − 1/e of what the best set of that size does (Kempe, Kleinberg and Tardos, 2003).
 * What a member adds only shrinks, so one whose figure is up to date and still the highest need not be compared with
 * the others (CELF: Leskovec et al., 2007).
 * @param places of the members among those who add as many, the lowest first
 * @param most size of the set; it ends before when nobody adds anyone but themselves
 */
export function maximizeReach({ starts, sources }: TieGraph, places: Uint32Array, most: number): ReachStep[] {
  const members = places.length;
  const memberAt = new Uint32Array(members);
  for (let v = 0; v < members; v += 1) memberAt[places[v]!] = v;
  const isReached = new Uint8Array(members);
  const computeGain = (v: number): number => {
    let added = 1 - isReached[v]!;
    for (let tie = starts[v]!; tie < starts[v + 1]!; tie += 1) added += 1 - isReached[sources[tie]!]!;
    return added;
  };
  // One number that orders by what a member adds, then by place. Numbers in falling order are a heap.
  const heapKey = (added: number, v: number): number => added * members + (members - 1 - places[v]!);
  const heap = Float64Array.from(places, (_, v) => heapKey(computeGain(v), v))
    .sort()
    .reverse();
  const set: ReachStep[] = [];
  let reached = 0;
  while (set.length < most && members > 0) {
    const member = memberAt[members - 1 - (heap[0]! % members)]!;
    const added = computeGain(member);
    const key = heapKey(added, member);
    if (key < heap[0]!) {
      siftDown(heap, key);
      continue;
    }
    if (added < 2) break;
    reached += added;
    set.push({ member, added, reached });
    isReached[member] = 1;
    for (let tie = starts[member]!; tie < starts[member + 1]!; tie += 1) isReached[sources[tie]!] = 1;
  }
  return set;
}

/** Puts a lower key in place of the highest, and the heap in order again. */
function siftDown(heap: Float64Array, key: number): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && heap[child + 1]! > heap[child]!) child += 1;
    if (heap[child]! <= key) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = key;
}
