import { type Delimiter, parseDelimited } from './row-parsers.ts';
import { rowSplitter } from './row-splitter.ts';

const DELIMITERS: readonly Delimiter[] = [',', '\t', ';', '|', 'blank'];
const LINES_LOOKED_AT = 100;
const HEADER_WITHIN = 10;
const CHARS_LOOKED_AT = 256 * 1024;
const NUMBER_OR_TIME = /^[-+]?[¥$€]?\d[\d.,:/\-年月日T \sZ%]*(?:元|AM|PM)?$|^(?:true|false|null|nan|n\/a)$/i;

/** What is known of a file beforehand; it wins over what the content looks like. */
export interface FormatHints {
  format?: 'delimited' | 'ndjson' | 'xml-rows' | undefined;
  encoding?: 'utf-8' | 'gb18030' | 'utf-16le' | undefined;
  delimiter?: Delimiter | undefined;
  /** whether there is a header line, or the columns' names in a file without one */
  header?: boolean | readonly string[] | undefined;
  /** columns that the header line must have, each as its possible names */
  neededColumns?: readonly (readonly string[])[] | undefined;
}

interface TableFormat {
  delimiter: Delimiter;
  /** the line that names the columns; 0 if there is none */
  headerLine: number;
  columns: string[];
}

interface TableRow {
  line: number;
  cells: readonly string[];
}

/**
 * Delimiter, header and columns of delimited text, by its first lines and by the columns that it must have.
 */
export function detectTable(head: string, hints: FormatHints): TableFormat {
  const text = head.slice(0, CHARS_LOOKED_AT);
  const candidates = hints.delimiter === undefined ? DELIMITERS : [hints.delimiter];
  const tables = candidates.map((delimiter) => {
    const { rows, broken } = firstRows(text, delimiter);
    const common = mostCommon(
      rows.map(({ cells }) => cells.length),
      rows.length + broken,
    );
    return { delimiter, rows, common, needed: findNeededHeader(rows, hints) };
  });
  // Nothing is as sure as the columns that the file must have; then what cuts nearly all lines into equally many cells.
  const best =
    tables.find(({ needed }) => needed !== undefined) ??
    tables
      .filter(({ common }) => common.value > 1)
      .sort((a, b) => b.common.share - a.common.share || b.common.value - a.common.value)[0] ??
    tables[0]!;
  const { delimiter, rows, common } = best;
  const header = findHeader(rows, best.needed, common.value, hints);
  return { delimiter, headerLine: header?.line ?? 0, columns: columnNames(header, common.value, hints) };
}

function firstRows(text: string, delimiter: Delimiter): { rows: TableRow[]; broken: number } {
  const frames = rowSplitter(delimiter === 'blank' ? undefined : delimiter)(text, true);
  // The last line may be cut off.
  const whole = frames.length > 1 && !text.endsWith('\n') ? frames.slice(0, -1) : frames;
  const looked = whole.slice(0, LINES_LOOKED_AT);
  const good = looked.filter(({ error }) => error === undefined);
  const rows = parseDelimited(good, delimiter, 0).map(({ line, cells }) => ({
    line,
    cells: cells.map(trimmed),
  }));
  return { rows, broken: looked.length - good.length };
}

const trimmed = (cell: string): string => cell.trim();

function mostCommon(values: readonly number[], of: number): { value: number; share: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [value = 0, count = 0] = [...counts].sort(([a, m], [b, n]) => n - m || b - a)[0] ?? [];
  return { value, share: count / Math.max(of, 1) };
}

/** The first row that has the columns that the file must have; there may be a title above it. */
function findNeededHeader(
  rows: readonly TableRow[],
  { header, neededColumns = [] }: FormatHints,
): TableRow | undefined {
  if (header === false || neededColumns.length === 0) return undefined;
  return rows.slice(0, HEADER_WITHIN).find(({ cells }) => {
    const find = columnFinder(cells);
    return neededColumns.every((names) => names.some((name) => find(name) !== -1));
  });
}

function findHeader(
  rows: readonly TableRow[],
  needed: TableRow | undefined,
  width: number,
  { header }: FormatHints,
): TableRow | undefined {
  const [first] = rows;
  if (header === false || needed !== undefined) return needed;
  if (typeof header === 'object') {
    return first?.cells.every((cell, i) => cell === header[i]) ? first : undefined;
  }
  if (header === true) return first;
  return first !== undefined && looksLikeHeader(first.cells, width) ? first : undefined;
}

function looksLikeHeader(cells: readonly string[], width: number): boolean {
  const distinct = new Set(cells).size === cells.length;
  return (
    cells.length === width && distinct && cells.every((cell) => cell !== '' && !NUMBER_OR_TIME.test(cell))
  );
}

function columnNames(header: TableRow | undefined, width: number, hints: FormatHints): string[] {
  if (typeof hints.header === 'object') return [...hints.header];
  if (header === undefined) return Array.from({ length: width }, (_, i) => String(i + 1));
  const seen = new Map<string, number>();
  return header.cells.map((name, i) => {
    const plain = name === '' ? String(i + 1) : name;
    const times = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, times);
    return times === 1 ? plain : `${plain} (${times})`;
  });
}

/** Names are compared without regard to case, blanks and full-width forms: `实付金额（元）` is `实付金额(元)`. */
const normalizeName = (name: string): string => name.normalize('NFKC').replace(/\s+/g, '').toLowerCase();

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
