import { parse } from 'csv-parse/sync';
import { cellsRow, type Row, refusedRow } from './row.ts';
import type { Frame } from './row-splitter.ts';

export type Delimiter = ',' | '\t' | ';' | '|' | 'blank';

const QUOTED_OR_BARE = /"((?:[^"]|"")*)"(?=\s|$)|\S+/g;

/**
 * The rows of some frames. What can simply be split is: rows without a quote, and rows of nothing but quoted cells
 * that hold none themselves. All others go through csv-parse, together.
 * @param columns how many cells a row must have; 0 if that is not known. Empty cells beyond them are left out.
 */
export function delimitedRows(frames: readonly Frame[], delimiter: Delimiter, columns: number): Row[] {
  const cells = frames.map(({ text, quoted, refusal }) => {
    if (refusal !== undefined) return undefined;
    if (delimiter === 'blank') return blankSeparated(text, quoted);
    return quoted ? allQuoted(text, delimiter) : text.split(delimiter);
  });
  const left = frames.filter(({ refusal }, i) => refusal === undefined && cells[i] === undefined);
  const parsed = left.length === 0 ? [] : parsedCells(left, delimiter);
  let next = 0;
  return frames.map(({ line, refusal }, i) => {
    if (refusal !== undefined) return refusedRow(line, refusal);
    return checkedRow(line, cells[i] ?? parsed[next++]!, columns);
  });
}

/** The cells of `"…","…","…"`; undefined if there is any other quote. */
function allQuoted(text: string, delimiter: string): string[] | undefined {
  if (text[0] !== '"' || text[text.length - 1] !== '"') return undefined;
  const cells = text.slice(1, -1).split(`"${delimiter}"`);
  for (const cell of cells) if (cell.includes('"')) return undefined;
  return cells;
}

function parsedCells(frames: readonly Frame[], delimiter: string): string[][] {
  const rows: string[][] = parse(frames.map(({ text }) => text).join('\n'), {
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
  });
  if (rows.length === frames.length) return rows;
  throw new Error(
    `csv-parse read ${rows.length} rows where ${frames.length} were cut; please report this file`,
  );
}

function blankSeparated(text: string, quoted: boolean): string[] {
  const row = text.trim();
  if (!quoted) return row.split(/[ \t]+/);
  return [...row.matchAll(QUOTED_OR_BARE)].map(([whole, inner]) => inner?.replaceAll('""', '"') ?? whole);
}

function checkedRow(line: number, cells: string[], columns: number): Row {
  if (cells.length === columns || columns === 0) return cellsRow(line, cells);
  // A delimiter too many at the end of the lines, but not of the header, is common and harmless.
  if (cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === '')) {
    return cellsRow(line, cells.slice(0, columns));
  }
  return refusedRow(line, {
    code: 'columns_wrong',
    message: `the row has ${cells.length} columns, the file ${columns}`,
  });
}
