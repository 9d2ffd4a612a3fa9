import { DecisionTreeRegression, type TreeNode } from 'ml-cart';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import type { Classifier, FlatTree } from './schema.ts';

/** What a candidate is fitted on: the same members twice, `rows` exact and `binned` for trees. In random order. */
export interface TrainingRows extends LabelledRows {
  binned: readonly (readonly number[])[];
}

const TREES = 25;
const MAX_ROWS_PER_TREE = 4_000;
const NEIGHBOURS = 15;
/** As many as can be searched through for 200,000 members a second. */
const MAX_NEIGHBOUR_ROWS = 150;

/** The classifiers that compete, each fitted on some members; the same rows and seed give the same classifier. */
export const CLASSIFIER_TRAINERS: Readonly<
  Record<Classifier['kind'], (members: TrainingRows, seed: number) => Classifier>
> = {
  tree: ({ binned, churned }) => ({
    kind: 'tree',
    trees: [flattenTree(trainTree({ rows: binned, churned: churned }))],
  }),

  /** Breiman's forest (2001), but each tree draws its columns once, as in ml-random-forest. */
  forest({ binned, churned }, seed) {
    const random = seededRandom(seed);
    const trees = Array.from({ length: TREES }, () => {
      const columns = drawColumns(binned[0]!.length, random);
      const size = Math.min(binned.length, MAX_ROWS_PER_TREE);
      const members = Array.from({ length: size }, () => Math.floor(random() * binned.length));
      const rows = members.map((i) => columns.map((column) => binned[i]![column]!));
      return flattenTree(trainTree({ rows, churned: members.map((i) => churned[i]!) }), columns);
    });
    return { kind: 'forest', trees };
  },

  neighbours({ rows, churned }) {
    const size = Math.min(rows.length, MAX_NEIGHBOUR_ROWS);
    return {
      kind: 'neighbours',
      k: Math.min(NEIGHBOURS, size),
      rows: rows.slice(0, size).map((row) => [...row]),
      left: churned.slice(0, size),
    };
  },
};

/** A third of the columns, at least 2, in ascending order. */
function drawColumns(width: number, random: () => number): number[] {
  const columns = Array.from({ length: width }, (_, j) => j);
  const wanted = Math.min(width, Math.max(2, Math.ceil(width / 3)));
  for (let j = 0; j < wanted; j += 1) {
    const other = j + Math.floor(random() * (width - j));
    [columns[j], columns[other]] = [columns[other]!, columns[j]!];
  }
  return columns.slice(0, wanted).sort((a, b) => a - b);
}

/** Members as coordinates, and whether each left. */
interface LabelledRows {
  rows: readonly (readonly number[])[];
  churned: readonly (0 | 1)[];
}

const MAX_DEPTH = 6;
/** Nodes of so few members are not divided. */
const MIN_ROWS_TO_SPLIT = 20;

/**
 * A regression tree of ml-cart on 0 and 1: the mean of a leaf is its share of leavers, and the squared error that
 * its splits reduce is half the Gini impurity.
 * @param rows of many equal values per column, as `binned` makes them: the library tries a split wherever the outcome
 *   changes along a column, which is once per value if those who stayed come first
 */
export function trainTree({ rows, churned: left }: LabelledRows): DecisionTreeRegression {
  const order = left.map((_, i) => i).sort((a, b) => left[a]! - left[b]! || a - b);
  const tree = new DecisionTreeRegression({ maxDepth: MAX_DEPTH, minNumSamples: MIN_ROWS_TO_SPLIT });
  tree.train(
    order.map((i) => rows[i]!),
    order.map((i) => left[i]!),
  );
  return tree;
}

/**
 * A trained tree as columns, every node before its children; answers what the library's `predict` does.
 * @param columns for each column of the tree's rows, the coordinate that it is; all in order without it
 */
export function flattenTree(tree: DecisionTreeRegression, columns?: readonly number[]): FlatTree {
  const flat: FlatTree = { feature: [], threshold: [], left: [], right: [], p: [] };
  const add = (node: TreeNode): number => {
    const at = flat.feature.length;
    const isBranch = node.left !== undefined && node.right !== undefined;
    flat.feature.push(isBranch ? (columns?.[node.splitColumn!] ?? node.splitColumn!) : -1);
    flat.threshold.push(isBranch ? node.splitValue! : 0);
    flat.p.push(isBranch ? 0 : node.distribution!);
    flat.left.push(-1);
    flat.right.push(-1);
    if (isBranch) {
      flat.left[at] = add(node.left!);
      flat.right[at] = add(node.right!);
    }
    return at;
  };
  add(tree.toJSON().root);
  return flat;
}

/** More different values than this do not make a tree better, only slower to grow. */
const MAX_VALUES = 32;

/**
 * Rows whose columns have few different values: each is replaced by the mean of its quantile bin. Columns with few
 * values stay as they are.
 */
export function binColumns(rows: readonly (readonly number[])[]): number[][] {
  const result = rows.map((row) => row.slice());
  const width = rows[0]?.length ?? 0;
  for (let column = 0; column < width; column += 1) {
    const sorted = rows.map((row) => row[column]!).sort((a, b) => a - b);
    const means = computeBinMeans(sorted);
    for (const row of result) row[column] = means.get(row[column]!)!;
  }
  return result;
}

/** For each different value, in order, the mean of its bin; equal values share a bin. */
function computeBinMeans(sorted: readonly number[]): Map<number, number> {
  const means = new Map<number, number>();
  if (new Set(sorted).size <= MAX_VALUES) {
    for (const value of sorted) means.set(value, value);
    return means;
  }
  let from = 0;
  while (from < sorted.length) {
    let to = Math.min(sorted.length, from + Math.ceil(sorted.length / MAX_VALUES));
    while (to < sorted.length && sorted[to] === sorted[to - 1]) to += 1;
    const bin = sorted.slice(from, to);
    const mean = bin.reduce((sum, value) => sum + value, 0) / bin.length;
    for (const value of bin) means.set(value, mean);
    from = to;
  }
  return means;
}
