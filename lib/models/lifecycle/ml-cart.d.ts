/** The part of ml-cart 2.1 that is used; the package has no types of its own. */
declare module 'ml-cart' {
  /** A branch has a column, a value and two children; a leaf the mean of what fell into it. */
  export interface TreeNode {
    splitColumn?: number;
    splitValue?: number;
    left?: TreeNode;
    right?: TreeNode;
    distribution?: number;
  }

  export class DecisionTreeRegression {
    constructor(options: { maxDepth?: number; minNumSamples?: number });
    train(rows: readonly (readonly number[])[], values: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    toJSON(): { root: TreeNode };
  }
}
