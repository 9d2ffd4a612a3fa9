import type { Classifier } from '#lib/models/model-files.ts';
import { seeded } from '#lib/platform/seeded-random.ts';
import { flatten, type Outcomes, trainTree } from './decision-tree.ts';

/** What a candidate is fitted on: the same members twice, `rows` exact and `binned` for trees. In random order. */
export interface CandidateRows extends Outcomes {
  binned: readonly (readonly number[])[];
}

const TREES = 25;
const MOST_PER_TREE = 4_000;
const NEIGHBOURS = 15;
/** As many as can be searched through for 200,000 members a second. */
const MOST_ROWS = 150;

/** The classifiers that compete, each fitted on some members; the same rows and seed give the same classifier. */
export const CANDIDATES: Readonly<
  Record<Classifier['kind'], (members: CandidateRows, seed: number) => Classifier>
> = {
  tree: ({ binned, left }) => ({ kind: 'tree', trees: [flatten(trainTree({ rows: binned, left }))] }),

  /** Breiman's forest (2001), but each tree draws its columns once, as in ml-random-forest. */
  forest({ binned, left }, seed) {
    const random = seeded(seed);
    const trees = Array.from({ length: TREES }, () => {
      const columns = drawn(binned[0]!.length, random);
      const size = Math.min(binned.length, MOST_PER_TREE);
      const members = Array.from({ length: size }, () => Math.floor(random() * binned.length));
      const rows = members.map((i) => columns.map((column) => binned[i]![column]!));
      return flatten(trainTree({ rows, left: members.map((i) => left[i]!) }), columns);
    });
    return { kind: 'forest', trees };
  },

  neighbours({ rows, left }) {
    const size = Math.min(rows.length, MOST_ROWS);
    return {
      kind: 'neighbours',
      k: Math.min(NEIGHBOURS, size),
      rows: rows.slice(0, size).map((row) => [...row]),
      left: left.slice(0, size),
    };
  },
};

/** A third of the columns, at least 2, in ascending order. */
function drawn(width: number, random: () => number): number[] {
  const columns = Array.from({ length: width }, (_, j) => j);
  const wanted = Math.min(width, Math.max(2, Math.ceil(width / 3)));
  for (let j = 0; j < wanted; j += 1) {
    const other = j + Math.floor(random() * (width - j));
    [columns[j], columns[other]] = [columns[other]!, columns[j]!];
  }
  return columns.slice(0, wanted).sort((a, b) => a - b);
}
