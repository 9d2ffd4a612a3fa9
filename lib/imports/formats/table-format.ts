import type { Mapping } from '#lib/imports/mapping/schema.ts';
import { columnFinder, namesOf, neededColumns } from './column-names.ts';
import { type Delimiter, delimitedRows } from './row-parsers.ts';
import { lineFrames } from './row-splitter.ts';

const DELIMITERS: readonly Delimiter[] = [',', '\t', ';', '|', 'blank'];
const LINES_LOOKED_AT = 100;
const HEADER_WITHIN = 10;
const CHARS_LOOKED_AT = 256 * 1024;
const NUMBER_OR_TIME = /^[-+]?[¥$€]?\d[\d.,:/\-年月日T \sZ%]*(?:元|AM|PM)?$|^(?:true|false|null|nan|n\/a)$/i;

export interface Table {
  delimiter: Delimiter;
  /** the line that names the columns; 0 if there is none */
  headerLine: number;
  columns: string[];
}

interface Row {
  line: number;
  cells: readonly string[];
}

/**
 * Delimiter, header and columns of delimited text, by its first lines and by the columns that the mapping looks for.
 */
export function recogniseTable(head: string, mapping: Mapping | undefined): Table {
  const text = head.slice(0, CHARS_LOOKED_AT);
  const candidates = mapping?.delimiter === undefined ? DELIMITERS : [mapping.delimiter];
  const tables = candidates.map((delimiter) => {
    const { rows, broken } = firstRows(text, delimiter);
    const common = mostCommon(
      rows.map(({ cells }) => cells.length),
      rows.length + broken,
    );
    return { delimiter, rows, common, mapped: mappedHeader(rows, mapping) };
  });
  // Nothing is as sure as the columns that the mapping names; then what cuts nearly all lines into equally many cells.
  const best =
    tables.find(({ mapped }) => mapped !== undefined) ??
    tables
      .filter(({ common }) => common.value > 1)
      .sort((a, b) => b.common.share - a.common.share || b.common.value - a.common.value)[0] ??
    tables[0]!;
  const { delimiter, rows, common } = best;
  const header = headerRow(rows, best.mapped, common.value, mapping);
  return { delimiter, headerLine: header?.line ?? 0, columns: columnsOf(header, common.value, mapping) };
}

function firstRows(text: string, delimiter: Delimiter): { rows: Row[]; broken: number } {
  const frames = lineFrames(delimiter === 'blank' ? undefined : delimiter)(text, true);
  // The last line may be cut off.
  const whole = frames.length > 1 && !text.endsWith('\n') ? frames.slice(0, -1) : frames;
  const looked = whole.slice(0, LINES_LOOKED_AT);
  const good = looked.filter(({ refusal }) => refusal === undefined);
  const rows = delimitedRows(good, delimiter, 0).map(({ line, cells }) => ({
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

/** The first row that has the columns the mapping cannot do without; there may be a title above it. */
function mappedHeader(rows: readonly Row[], mapping: Mapping | undefined): Row | undefined {
  const needed = mapping === undefined || mapping.header === false ? [] : neededColumns(mapping);
  if (needed.length === 0) return undefined;
  return rows.slice(0, HEADER_WITHIN).find(({ cells }) => {
    const find = columnFinder(cells);
    return needed.every((names) => namesOf(names).some((name) => find(name) !== -1));
  });
}

function headerRow(
  rows: readonly Row[],
  mapped: Row | undefined,
  width: number,
  mapping: Mapping | undefined,
): Row | undefined {
  const [first] = rows;
  if (mapping?.header === false || mapped !== undefined) return mapped;
  if (mapping !== undefined && Array.isArray(mapping.header)) {
    const names: readonly string[] = mapping.header;
    return first?.cells.every((cell, i) => cell === names[i]) ? first : undefined;
  }
  if (mapping?.header === true) return first;
  return first !== undefined && looksLikeHeader(first.cells, width) ? first : undefined;
}

function looksLikeHeader(cells: readonly string[], width: number): boolean {
  const distinct = new Set(cells).size === cells.length;
  return (
    cells.length === width && distinct && cells.every((cell) => cell !== '' && !NUMBER_OR_TIME.test(cell))
  );
}

function columnsOf(header: Row | undefined, width: number, mapping: Mapping | undefined): string[] {
  if (Array.isArray(mapping?.header)) return mapping.header;
  if (header === undefined) return Array.from({ length: width }, (_, i) => String(i + 1));
  const seen = new Map<string, number>();
  return header.cells.map((name, i) => {
    const plain = name === '' ? String(i + 1) : name;
    const times = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, times);
    return times === 1 ? plain : `${plain} (${times})`;
  });
}
