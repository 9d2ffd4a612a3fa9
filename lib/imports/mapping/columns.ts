import type { DetectedFormat } from '#lib/imports/formats/file-format.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { columnFinder } from '#lib/imports/formats/table-format.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { isObject } from '#lib/platform/json.ts';
import { type ColumnNames, namesOf } from './schema.ts';

/** Reads one cell of a row: trimmed text, empty if there is none. */
export type Cell = (row: Row) => string;

/** A column of the mapping found in the file: how to read it, and the name to call it by in a refusal. */
export interface FoundColumn {
  cell: Cell;
  name: string;
}

/** Finds a mapping's columns in a file, and remembers which ones are read. */
export interface Columns {
  /** what a call cannot do without. @throws ImportRefused `columns_missing`, naming the columns there are */
  required(names: ColumnNames, what: string): FoundColumn;
  /** undefined if the file lacks it */
  optional(names: ColumnNames): FoundColumn | undefined;
  /** the columns found so far, in the order of their names, as one text per row */
  rowContent(): (row: Row) => string;
}

/** In objects the columns differ from row to row, so there a column that was not seen yet may still come. */
export function resolveColumns({ format, columns }: DetectedFormat): Columns {
  const find = columnFinder(columns);
  const read = new Map<string, { cell: Cell; index: number }>();

  const wanted = (names: ColumnNames): FoundColumn | undefined => {
    const cells: Cell[] = [];
    let called: string | undefined;
    for (const name of namesOf(names)) {
      const index = find(name);
      if (format === 'delimited' && index === -1) continue;
      const actual = columns[index] ?? name;
      called ??= actual;
      const known = read.get(actual) ?? {
        cell: format === 'delimited' ? cellAt(index) : fieldAt(actual),
        index,
      };
      read.set(actual, known);
      cells.push(known.cell);
    }
    return called === undefined ? undefined : { cell: firstFilled(cells), name: called };
  };

  return {
    optional: wanted,
    required(names, what) {
      const found = wanted(names);
      if (found !== undefined) return found;
      const looked = namesOf(names)
        .map((name) => `"${name}"`)
        .join(' or ');
      throw new ImportError(
        'columns_missing',
        `the mapping reads ${what} from column ${looked}, which the file does not have; its columns are: ${columns.join(', ')}`,
      );
    },
    rowContent() {
      const sorted = [...read].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, known]) => known);
      return format === 'delimited'
        ? joinedCells(sorted.map(({ index }) => index))
        : joinedTexts(sorted.map(({ cell }) => cell));
    },
  };
}

const BETWEEN = '\u001f';

const joinedCells =
  (indexes: readonly number[]) =>
  ({ cells }: Row): string => {
    let content = '';
    for (let i = 0; i < indexes.length; i += 1) content += (cells[indexes[i]!] ?? '') + BETWEEN;
    return content;
  };

const joinedTexts =
  (texts: readonly Cell[]) =>
  (row: Row): string => {
    let content = '';
    for (const text of texts) content += text(row) + BETWEEN;
    return content;
  };

const cellAt =
  (index: number): Cell =>
  ({ cells }) =>
    cells[index]?.trim() ?? '';

/** A field of an object; `a.b` is field `b` in the object `a`, unless a field has that very name. */
function fieldAt(name: string): Cell {
  const path = name.split('.');
  return ({ object }) => {
    if (object === undefined) return '';
    let value: unknown = object[name];
    if (value === undefined && path.length > 1) {
      value = object;
      for (const key of path) value = isObject(value) ? value[key] : undefined;
    }
    return toText(value);
  };
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function firstFilled(cells: readonly Cell[]): Cell {
  const [only] = cells;
  if (cells.length === 1 && only !== undefined) return only;
  return (row) => {
    for (const cell of cells) {
      const text = cell(row);
      if (text !== '') return text;
    }
    return '';
  };
}
