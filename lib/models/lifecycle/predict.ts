import type { Classifier, FlatTree, LifecycleModel } from './schema.ts';

type Row = ArrayLike<number>;
type Calibration = Extract<LifecycleModel, { status: 'fitted' }>['calibration'];

/**
 * What a lifecycle classifier answers before calibration: the share, 0 to 1, of those like this member who left.
 * @param row the member's coordinates, in the order of the model's `coordinates`
 */
export function classify(classifier: Classifier, row: Row): number {
  if (classifier.kind === 'neighbours') return nearestNeighbourShare(classifier, row);
  let sum = 0;
  for (const tree of classifier.trees) sum += findLeaf(tree, row);
  return sum / classifier.trees.length;
}

/**
 * The probability that a raw answer stands for: linear between the knots, flat outside them.
 * @param calibration at least one knot; `raw` strictly rising
 */
export function calibrate({ raw, probability }: Calibration, answer: number): number {
  const last = raw.length - 1;
  if (answer <= raw[0]!) return probability[0]!;
  if (answer >= raw[last]!) return probability[last]!;
  let above = 1;
  while (raw[above]! < answer) above += 1;
  const [from, to] = [raw[above - 1]!, raw[above]!];
  const share = (answer - from) / (to - from);
  return probability[above - 1]! * (1 - share) + probability[above]! * share;
}

function findLeaf({ feature, threshold, left, right, p }: FlatTree, row: Row): number {
  let node = 0;
  for (;;) {
    const column = feature[node]!;
    if (column < 0) return p[node]!;
    node = row[column]! < threshold[node]! ? left[node]! : right[node]!;
  }
}

/** Squared Euclidean distance; of neighbours equally far the earlier row counts. */
function nearestNeighbourShare(
  { k, rows, left }: Extract<Classifier, { kind: 'neighbours' }>,
  row: Row,
): number {
  const most = Math.min(k, rows.length);
  const nearest = new Float64Array(most).fill(Number.POSITIVE_INFINITY);
  const leavers = new Uint8Array(most);
  for (let i = 0; i < rows.length; i += 1) {
    const farthest = nearest[most - 1]!;
    const distance = squaredDistance(rows[i]!, row, farthest);
    if (distance >= farthest) continue;
    let at = most - 1;
    for (; at > 0 && nearest[at - 1]! > distance; at -= 1) {
      nearest[at] = nearest[at - 1]!;
      leavers[at] = leavers[at - 1]!;
    }
    nearest[at] = distance;
    leavers[at] = left[i]!;
  }
  let sum = 0;
  for (const leaver of leavers) sum += leaver;
  return sum / most;
}

/** Stops early, with a part of the sum, once that is `enough`. */
function squaredDistance(a: Row, b: Row, enough: number): number {
  const whole = a.length - (a.length % 4);
  let sum = 0;
  let i = 0;
  for (; i < whole; i += 4) {
    const d0 = a[i]! - b[i]!;
    const d1 = a[i + 1]! - b[i + 1]!;
    const d2 = a[i + 2]! - b[i + 2]!;
    const d3 = a[i + 3]! - b[i + 3]!;
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
    if (sum >= enough) return sum;
  }
  for (; i < a.length; i += 1) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
