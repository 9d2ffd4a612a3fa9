import { type ColumnNames, callsOf, type Mapping } from '#lib/imports/mapping/schema.ts';

/** Names are compared without regard to case, blanks and full-width forms: `实付金额（元）` is `实付金额(元)`. */
export const normalName = (name: string): string => name.normalize('NFKC').replace(/\s+/g, '').toLowerCase();

export const namesOf = (columns: ColumnNames): readonly string[] =>
  typeof columns === 'string' ? [columns] : columns;

/**
 * Finds the column that is meant by a name, the very same name before one that only compares equal. -1 if there is
 * none.
 */
export function columnFinder(columns: readonly string[]): (name: string) => number {
  const exact = new Map<string, number>();
  const similar = new Map<string, number>();
  for (const [index, name] of columns.entries()) {
    if (!exact.has(name)) exact.set(name, index);
    if (!similar.has(normalName(name))) similar.set(normalName(name), index);
  }
  return (name) => exact.get(name) ?? similar.get(normalName(name)) ?? -1;
}

/** The columns without which no call of a mapping can be made, each as its possible names: who, and when. */
export function neededColumns(mapping: Mapping): ColumnNames[] {
  const [first] = callsOf(mapping);
  const who = first?.userId ?? first?.anonymousId;
  const needed: ColumnNames[] = [];
  if (who !== undefined) needed.push(typeof who === 'string' || Array.isArray(who) ? who : who.column);
  if (first?.time !== undefined && first.time.optional !== true) needed.push(first.time.column);
  return needed;
}
