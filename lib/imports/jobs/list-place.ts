/** A place in the list of all imports, newest first. */
export interface ListPlace {
  /** milliseconds since 1970 */
  createdAt: number;
  importId: string;
}

/** The first so many of a list, newest first, that come after a place in it. */
export function newestAfter<T extends ListPlace>(all: readonly T[], limit: number, after?: ListPlace): T[] {
  return all
    .filter((one) => after === undefined || byNewest(after, one) < 0)
    .sort(byNewest)
    .slice(0, limit);
}

const byNewest = (a: ListPlace, b: ListPlace): number =>
  b.createdAt - a.createdAt || (a.importId < b.importId ? 1 : a.importId > b.importId ? -1 : 0);
