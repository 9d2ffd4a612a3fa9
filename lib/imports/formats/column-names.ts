/** Names are compared without regard to case, blanks and full-width forms: `实付金额（元）` is `实付金额(元)`. */
export const normalizeName = (name: string): string =>
  name.normalize('NFKC').replace(/\s+/g, '').toLowerCase();

/**
 * Finds the column that is meant by a name, the very same name before one that only compares equal. -1 if there is
 * none.
 */
export function columnFinder(columns: readonly string[]): (name: string) => number {
  const exact = new Map<string, number>();
  const similar = new Map<string, number>();
  for (const [index, name] of columns.entries()) {
    if (!exact.has(name)) exact.set(name, index);
    if (!similar.has(normalizeName(name))) similar.set(normalizeName(name), index);
  }
  return (name) => exact.get(name) ?? similar.get(normalizeName(name)) ?? -1;
}
