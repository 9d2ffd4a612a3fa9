import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveAssignment } from '#lib/models/numeric/assignment.ts';

test('no other pairing costs less', () => {
  const tables = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(fc.nat(50), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
  fc.assert(
    fc.property(tables, (costs) => {
      const pairs = solveAssignment(costs);
      const used = pairs.filter((column) => column >= 0);
      expect(new Set(used).size).toBe(used.length);
      expect(used.length).toBe(Math.min(costs.length, costs[0]!.length));
      const cost = pairs.reduce((sum, column, row) => sum + (column < 0 ? 0 : costs[row]![column]!), 0);
      expect(cost).toBe(leastCost(costs));
    }),
  );
});

test('nothing to pair with leaves everybody alone', () => {
  expect(solveAssignment([[], []])).toEqual([-1, -1]);
  expect(solveAssignment([])).toEqual([]);
});

/** By trying everything. */
function leastCost(costs: readonly number[][], taken: readonly number[] = [], alone = 0): number {
  const [row, ...rest] = costs;
  if (row === undefined) return 0;
  const free = [...row.keys()].filter((column) => !taken.includes(column));
  const spare = Math.max(0, costs.length - free.length);
  const skipping = spare > 0 ? [leastCost(rest, taken, alone + 1)] : [];
  return Math.min(...skipping, ...free.map((c) => row[c]! + leastCost(rest, [...taken, c], alone)));
}
