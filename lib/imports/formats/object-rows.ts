import { isObject } from '#lib/events/parse-call.ts';
import { invalidRow, objectRow, type Row } from './row.ts';
import type { RawRow } from './row-splitter.ts';

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
