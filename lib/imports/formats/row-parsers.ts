import { parse } from 'csv-parse/sync';
import { cellsRow, invalidRow, type Row } from './row.ts';
import type { RawRow } from './row-splitter.ts';

export type Delimiter = ',' | '\t' | ';' | '|' | 'blank';

const QUOTED_OR_BARE = /"((?:[^"]|"")*)"(?=\s|$)|\S+/g;

/**
 * The rows of some frames. What can simply be split is: rows without a quote, and rows of nothing but quoted cells
 * that hold none themselves. All others go through csv-parse, together.
 * @param columns how many cells a row must have; 0 if that is not known. Empty cells beyond them are left out.
 */
export function parseDelimited(frames: readonly RawRow[], delimiter: Delimiter, columns: number): Row[] {
  const cells = frames.map(({ text, quoted, error }) => {
    if (error !== undefined) return undefined;
    if (delimiter === 'blank') return splitBlanks(text, quoted);
    return quoted ? splitQuoted(text, delimiter) : text.split(delimiter);
  });
  const left = frames.filter(({ error }, i) => error === undefined && cells[i] === undefined);
  const parsed = left.length === 0 ? [] : parseCells(left, delimiter);
  let next = 0;
  return frames.map(({ line, error }, i) => {
    if (error !== undefined) return invalidRow(line, error);
    return checkRow(line, cells[i] ?? parsed[next++]!, columns);
  });
}

/** The cells of `"…","…","…"`; undefined if there is any other quote. */
function splitQuoted(text: string, delimiter: string): string[] | undefined {
  if (text[0] !== '"' || text[text.length - 1] !== '"') return undefined;
  const cells = text.slice(1, -1).split(`"${delimiter}"`);
  for (const cell of cells) if (cell.includes('"')) return undefined;
  return cells;
}

function parseCells(frames: readonly RawRow[], delimiter: string): string[][] {
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

function splitBlanks(text: string, quoted: boolean): string[] {
  const row = text.trim();
  if (!quoted) return row.split(/[ \t]+/);
  return [...row.matchAll(QUOTED_OR_BARE)].map(([whole, inner]) => inner?.replaceAll('""', '"') ?? whole);
}

function checkRow(line: number, cells: string[], columns: number): Row {
  if (cells.length === columns || columns === 0) return cellsRow(line, cells);
  // A delimiter too many at the end of the lines, but not of the header, is common and harmless.
  if (cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === '')) {
    return cellsRow(line, cells.slice(0, columns));
  }
  return invalidRow(line, {
    code: 'columns_wrong',
    message: `the row has ${cells.length} columns, the file ${columns}`,
  });
}
