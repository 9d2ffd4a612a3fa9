import type { Row } from '#lib/imports/formats/row.ts';
import { cellReader } from './cell-value.ts';
import type { Columns } from './columns.ts';
import type { Condition } from './schema.ts';

/** Whether all of some conditions hold for a row. */
export function compileConditions(all: readonly Condition[], columns: Columns): (row: Row) => boolean {
  const tests = all.map((condition) => {
    const cell = columns.optional(condition.column)?.cell ?? (() => '');
    const [included, excluded] = [
      condition.in && new Set(condition.in),
      condition.notIn && new Set(condition.notIn),
    ];
    const { empty, above } = condition;
    const amount = cellReader({ column: condition.column, type: 'money', unit: 'major' });
    return (row: Row): boolean => {
      const text = cell(row);
      if (empty !== undefined && (text === '') !== empty) return false;
      if (included?.has(text) === false || excluded?.has(text) === true) return false;
      return above === undefined || (text !== '' && Number(amount(text)) > above);
    };
  });
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}
