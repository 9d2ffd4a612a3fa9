import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowIds } from '#lib/imports/jobs/row-ids.ts';

const listIds = (rows: readonly string[], source?: string) => {
  const ids = rowIds(source);
  return rows.map((row) => ids.next(row));
};
const file = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 }), { maxLength: 40 });

test('every row has an id of its own, and equal rows are counted in their order', () => {
  fc.assert(
    fc.property(file, (rows) => {
      const ids = listIds(rows);
      expect(new Set(ids).size).toBe(rows.length);
      const before = new Map<string, number>();
      for (const [i, row] of rows.entries()) {
        const n = before.get(row) ?? 0;
        expect(ids[i]).toMatch(new RegExp(`^row-[\\w-]{22}-${n}$`));
        before.set(row, n + 1);
      }
    }),
    { numRuns: 30 },
  );
});

test('the same file, or a longer one, gives the same ids to the same rows', () => {
  fc.assert(
    fc.property(file, file, (rows, more) => {
      expect(listIds([...rows, ...more]).slice(0, rows.length)).toEqual(listIds(rows));
    }),
    { numRuns: 30 },
  );
});

test('equal rows of different sources are different', () => {
  expect(listIds(['a'], 'one')).not.toEqual(listIds(['a'], 'two'));
});

test('among a million different rows equal ones still never share an id, and few counts are too high', () => {
  const ids = rowIds();
  const equal = new Set<string>();
  let high = 0;
  for (let i = 0; i < 1_000_000; i += 1) {
    if (!ids.next(`row ${i}`).endsWith('-0')) high += 1;
    if (i % 1_000 === 0) equal.add(ids.next('the same'));
  }
  expect(equal.size).toBe(1_000);
  expect(high).toBeLessThan(1_000);
});

test('a row that comes a hundred thousand times has as many ids', () => {
  const ids = rowIds();
  const seen = new Set<string>();
  for (let i = 0; i < 100_000; i += 1) seen.add(ids.next('the same'));
  expect(seen.size).toBe(100_000);
  expect(seen.has([...seen][0]!.replace(/0$/, '99999'))).toBe(true);
});
