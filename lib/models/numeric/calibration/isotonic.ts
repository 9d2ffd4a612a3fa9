/** A rising line: the probability at each raw score, straight between them. */
export interface Calibration {
  raw: number[];
  probability: number[];
}

/** Scores are grouped before they are pooled: a probability rests on at least so many members. */
const MIN_GROUP_SIZE = 20;
const MAX_GROUPS = 50;

interface Group {
  members: number;
  raw: number;
  probability: number;
}

/**
 * Isotonic calibration: the rising line from raw scores to probabilities that fits best, by pooling adjacent violators
 * (Ayer et al., 1955; Zadrozny and Elkan, 2002). Each group's share is drawn to the overall one by the weight of one
 * member, so that nobody's probability is 0 or 1.
 * @param raw scores of members that the classifier did not see
 * @param left 1 for who left; as long as `raw` and not empty
 * @returns at most 50 knots, both lists rising, `raw` strictly
 */
export function fitIsotonic(raw: readonly number[], left: readonly (0 | 1)[]): Calibration {
  const overall = left.reduce<number>((sum, one) => sum + one, 0) / left.length;
  const pooled: Group[] = [];
  for (const group of groupScores(raw, left, overall)) {
    let last = group;
    while (pooled.length > 0 && pooled.at(-1)!.probability >= last.probability) {
      last = mergeGroups(pooled.pop()!, last);
    }
    pooled.push(last);
  }
  return { raw: pooled.map((group) => group.raw), probability: pooled.map((group) => group.probability) };
}

/** Members of like scores, from the lowest on; equal scores are never parted. */
function groupScores(raw: readonly number[], left: readonly (0 | 1)[], overall: number): Group[] {
  const order = raw.map((_, i) => i).sort((a, b) => raw[a]! - raw[b]! || a - b);
  const size = Math.max(MIN_GROUP_SIZE, Math.ceil(raw.length / MAX_GROUPS));
  const groups: Group[] = [];
  let from = 0;
  while (from < order.length) {
    let to = from + size;
    // What would be too few for a group of their own joins the last one.
    if (to + size > order.length) to = order.length;
    while (to < order.length && raw[order[to]!] === raw[order[to - 1]!]) to += 1;
    const members = to - from;
    let [rawSum, leavers] = [0, 0];
    for (let i = from; i < to; i += 1) {
      rawSum += raw[order[i]!]!;
      leavers += left[order[i]!]!;
    }
    // Rounding must not carry a mean out of its group.
    const mean = Math.min(raw[order[to - 1]!]!, Math.max(raw[order[from]!]!, rawSum / members));
    groups.push({ members, raw: mean, probability: (leavers + overall) / (members + 1) });
    from = to;
  }
  return groups;
}

function mergeGroups(a: Group, b: Group): Group {
  const members = a.members + b.members;
  const share = b.members / members;
  return {
    members,
    raw: a.raw + (b.raw - a.raw) * share,
    probability: a.probability + (b.probability - a.probability) * share,
  };
}
