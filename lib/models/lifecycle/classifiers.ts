import type { Classifier } from '#lib/models/model-files.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { flattenTree, type LabelledRows, trainTree } from './decision-tree.ts';

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
