import { expect, test } from 'vitest';
import { sumImports } from '#lib/pipeline/publish.ts';
import { importRecord } from '#test/lib/http/memory-imports.ts';

test('a file that is imported again is counted as duplicates, not twice', () => {
  const records = [
    importRecord({ importId: 'imp_2', createdAt: 2 }),
    importRecord({ importId: 'imp_1', createdAt: 1 }),
    importRecord({ importId: 'imp_3', createdAt: 3, size: 900 }),
    importRecord({ importId: 'imp_4', createdAt: 4, source: 'moodle' }),
  ];
  expect(sumImports(records)).toEqual({ imported: 24, refused: 3, duplicates: 8 });
  expect(sumImports([])).toEqual({ imported: 0, refused: 0, duplicates: 0 });
});
