/**
 * The area under the ROC curve: the chance that of a leaver and a stayer the leaver has the higher score, an equal one
 * counting half (Mann and Whitney's U by midranks). Needs one of each at least.
 */
export function computeAuc(scores: readonly number[], left: readonly (0 | 1)[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let [rankSum, leavers, from] = [0, 0, 0];
  while (from < order.length) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1;
    for (let i = from; i < to; i += 1) {
      if (left[order[i]!] === 0) continue;
      leavers += 1;
      rankSum += (from + 1 + to) / 2;
    }
    from = to;
  }
  return (rankSum - (leavers * (leavers + 1)) / 2) / (leavers * (scores.length - leavers));
}

/** The mean of −ln(probability of what came); probabilities between 0 and 1, without these. */
export function computeLogLoss(probabilities: readonly number[], left: readonly (0 | 1)[]): number {
  const sum = probabilities.reduce((total, p, i) => total - Math.log(left[i] === 1 ? p : 1 - p), 0);
  return sum / probabilities.length;
}

/** Tenths of the members, most at risk first: predicted and observed share who left, and observed / overall share. */
export function computeLiftByDecile(
  probabilities: readonly number[],
  left: readonly (0 | 1)[],
): { members: number; predicted: number; observed: number; lift: number }[] {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const overall = mean(left);
  return splitIntoDeciles(order.length).map(({ from, to }) => {
    const group = order.slice(from, to);
    const observed = mean(group.map((i) => left[i]!));
    return {
      members: group.length,
      predicted: mean(group.map((i) => probabilities[i]!)),
      observed,
      lift: observed / overall,
    };
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where each of ten groups, as equal as can be, of so many begins and ends; fewer than ten groups of fewer than ten. */
export function splitIntoDeciles(count: number): { from: number; to: number }[] {
  const groups = Math.min(10, count);
  return Array.from({ length: groups }, (_, i) => ({
    from: Math.round((i * count) / groups),
    to: Math.round(((i + 1) * count) / groups),
  }));
}
