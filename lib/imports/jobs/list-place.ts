/** A cursor into the list of all imports, newest first. */
export interface ListCursor {
  /** milliseconds since 1970 */
  createdAt: number;
  importId: string;
}

/** The first so many of a list, newest first, that come after a cursor. */
export function newestAfter<T extends ListCursor>(all: readonly T[], limit: number, after?: ListCursor): T[] {
  return all
    .filter((one) => after === undefined || byNewest(after, one) < 0)
    .sort(byNewest)
    .slice(0, limit);
}

const byNewest = (a: ListCursor, b: ListCursor): number =>
  b.createdAt - a.createdAt || (a.importId < b.importId ? 1 : a.importId > b.importId ? -1 : 0);
