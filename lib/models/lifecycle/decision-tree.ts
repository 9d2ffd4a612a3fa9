import { DecisionTreeRegression, type TreeNode } from 'ml-cart';
import type { FlatTree } from '#lib/models/model-files.ts';

/** Members as coordinates, and whether each left. */
export interface LabelledRows {
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
