import { parse } from 'csv-parse/sync';
import { isObject } from '#lib/platform/json.ts';
import { cellsRow, invalidRow, objectRow, type Row } from './row.ts';
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

/** The rows of NDJSON lines: every line is a JSON object. */
export function parseNdjson(frames: readonly RawRow[]): Row[] {
  return frames.map(({ line, text, error }) => {
    if (error !== undefined) return invalidRow(line, error);
    try {
      const json: unknown = JSON.parse(text);
      if (isObject(json)) return objectRow(line, json);
    } catch {
      // said below, like JSON that is no object
    }
    return invalidRow(line, { code: 'json_invalid', message: 'the line is not one JSON object' });
  });
}

const XML_ROW = /^\s*<row(?=[\s/>])/;
const ATTRIBUTE = /\s+([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const XML_ROW_END = /\s*\/>\s*$/y;
const ENTITY = /&(?:#x([\da-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The rows of a Stack Exchange dump: one `<row a="…" b="…" />` on a line of its own. Other lines (the XML
 * declaration, the element around the rows) are no rows.
 */
export function parseXmlRows(frames: readonly RawRow[]): Row[] {
  const rows: Row[] = [];
  for (const { line, text, error } of frames) {
    if (error !== undefined) rows.push(invalidRow(line, error));
    else {
      const start = XML_ROW.exec(text);
      if (start !== null) rows.push(parseXmlRow(line, text, start[0].length));
    }
  }
  return rows;
}

function parseXmlRow(line: number, text: string, from: number): Row {
  const attributes: Record<string, string> = {};
  let at = from;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null) break;
    attributes[match[1]!] = decodeEntities(match[2] ?? match[3] ?? '');
    at = ATTRIBUTE.lastIndex;
  }
  XML_ROW_END.lastIndex = at;
  if (XML_ROW_END.test(text)) return objectRow(line, attributes);
  return invalidRow(line, {
    code: 'xml_invalid',
    message: `the row is not well-formed from character ${at + 1} on: ${text.slice(at, at + 40)}`,
  });
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()]!;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
