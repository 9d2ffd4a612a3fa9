import { expect, test } from 'vitest';
import {
  binColumns,
  CLASSIFIER_TRAINERS,
  flattenTree,
  trainTree,
} from '#lib/models/lifecycle/classifiers.ts';

import { classify } from '#lib/models/lifecycle/predict.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { normal } from '#test/lib/models/generated.ts';

const [random, noise] = [seededRandom(7), normal(8)];
const rows = Array.from({ length: 600 }, () => [noise(), Math.floor(4 * random()), noise(), noise()]);
const left = rows.map(([a, b]) => (a! * b! + noise() < 0 ? 1 : 0) as 0 | 1);
const others = Array.from({ length: 500 }, () => [noise(), Math.floor(4 * random()), noise(), noise()]);

test("a flat tree answers what the library's tree predicts, for members it was not grown on too", () => {
  const tree = trainTree({ rows: binColumns(rows), churned: left });
  const flat = flattenTree(tree);
  const answers = [...rows, ...others].map((row) => classify({ kind: 'tree', trees: [flat] }, row));
  expect(answers).toEqual(tree.predict([...rows, ...others]));
  expect(new Set(answers).size).toBeGreaterThan(5);
});

test('a tree on some of the columns asks for the coordinates that they are', () => {
  const columns = [1, 3];
  const some = (of: readonly number[][]) => of.map((row) => columns.map((column) => row[column]!));
  const tree = trainTree({ rows: binColumns(some(rows)), churned: left });
  const flat = flattenTree(tree, columns);
  const answers = others.map((row) => classify({ kind: 'tree', trees: [flat] }, row));
  expect(answers).toEqual(tree.predict(some(others)));
});

test('trees are no deeper than six questions, and their order does not hang on the order of the rows', () => {
  const flat = flattenTree(trainTree({ rows: binColumns(rows), churned: left }));
  const depth = (node: number): number =>
    flat.feature[node] === -1 ? 0 : 1 + Math.max(depth(flat.left[node]!), depth(flat.right[node]!));
  expect(depth(0)).toBeLessThanOrEqual(6);
  const backwards = flattenTree(trainTree({ rows: binColumns(rows).reverse(), churned: left.toReversed() }));
  expect(backwards.feature).toEqual(flat.feature);
  expect(backwards.threshold).toEqual(flat.threshold);
});

test('outcomes that are all the same give a single leaf', () => {
  expect(flattenTree(trainTree({ rows: binColumns(rows), churned: rows.map(() => 0) }))).toMatchObject({
    feature: [-1],
    p: [0],
  });
});

test('a forest is the same for the same seed, and small enough to score with', () => {
  const members = { rows, binned: binColumns(rows), churned: left };
  const forest = CLASSIFIER_TRAINERS.forest(members, 1);
  expect(forest).toEqual(CLASSIFIER_TRAINERS.forest(members, 1));
  expect(forest).not.toEqual(CLASSIFIER_TRAINERS.forest(members, 2));
  if (forest.kind === 'neighbours') throw new Error('no forest');
  expect(forest.trees).toHaveLength(25);
  expect(JSON.stringify(forest).length).toBeLessThan(300_000);
});

test('binning leaves few values a column, in their order, and columns of few values alone', () => {
  const few = binColumns(rows);
  expect(new Set(few.map((row) => row[0])).size).toBeLessThanOrEqual(32);
  expect(few.map((row) => row[1])).toEqual(rows.map((row) => row[1]));
  const order = rows.map((_, i) => i).sort((a, b) => rows[a]![0]! - rows[b]![0]!);
  for (let i = 1; i < order.length; i += 1) {
    expect(few[order[i]!]![0]).toBeGreaterThanOrEqual(few[order[i - 1]!]![0]!);
  }
});
