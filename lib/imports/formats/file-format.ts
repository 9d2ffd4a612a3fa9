import { constants, gunzipSync } from 'node:zlib';
import { ImportError } from '#lib/imports/import-error.ts';
import { isObject } from '#lib/platform/json.ts';
import { type Delimiter, parseNdjson, parseXmlRows } from './row-parsers.ts';
import { rowSplitter } from './row-splitter.ts';
import { detectTable, type FormatHints } from './table-format.ts';

/** How much of a file's beginning `recognise` should be given, in bytes; less is fine if the file is shorter. */
export const HEAD_BYTES = 256 * 1024;
const MAX_UNPACKED = 4 * 1024 * 1024;

/** What a file is, as far as one must know to read its rows. */
export interface DetectedFormat {
  compression: 'gzip' | 'none';
  encoding: Encoding;
  /** what ends a line; a lone carriage return is old Mac text */
  newline: '\n' | '\r';
  format: 'delimited' | 'ndjson' | 'xml-rows';
  /** of delimited text */
  delimiter: Delimiter | undefined;
  /** the line that names the columns, 1-based; 0 if there is none. Lines above it are no rows either. */
  headerLine: number;
  /** all columns of delimited text ("1", "2", … without a header); of the other formats those seen in the head */
  columns: string[];
}

/**
 * What a file is, by its content; the name is only used to say what is wrong. Hints win.
 * @param head the file's first bytes, as they are in the file; `HEAD_BYTES` of them, or all there are
 * @throws ImportRefused when this is nothing that can be read
 */
export function detectFileFormat(
  head: Uint8Array,
  filename: string,
  hints: FormatHints = {},
): DetectedFormat {
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const bytes = packed ? gunzipHead(head, filename) : head;
  const encoding = hints.encoding ?? detectEncoding(bytes);
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  if (text.trim() === '') throw new ImportError('file_empty', `${filename} is empty: it holds no row`);
  const newline = text.includes('\n') || !text.includes('\r') ? '\n' : '\r';
  const lines = newline === '\r' ? text.replaceAll('\r', '\n') : text;
  const format = hints.format ?? detectRowFormat(lines, filename);
  const common = { compression: packed ? 'gzip' : 'none', encoding, newline, format } as const;
  if (format === 'delimited') return { ...common, ...detectTable(lines, hints) };
  const frames = rowSplitter(undefined)(lines, true);
  const rows = format === 'ndjson' ? parseNdjson(frames) : parseXmlRows(frames);
  const columns = [...new Set(rows.flatMap(({ object }) => Object.keys(object ?? {})))];
  return { ...common, delimiter: undefined, headerLine: 0, columns };
}

/** The beginning of a gzip stream that may be cut off anywhere, unpacked as far as it goes. */
export function gunzipHead(head: Uint8Array, filename: string): Uint8Array {
  for (let length = head.length; ; length = Math.ceil(length / 2)) {
    try {
      return gunzipSync(head.subarray(0, length), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: MAX_UNPACKED,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' && length > 1) continue;
      throw new ImportError(
        'gzip_broken',
        `${filename} looks like gzip, but cannot be unpacked; upload it again`,
        {
          cause: error,
        },
      );
    }
  }
}

function detectRowFormat(text: string, filename: string): DetectedFormat['format'] {
  const start = text.trimStart();
  if (start.startsWith('<') && /<row[\s/>]/.test(start)) return 'xml-rows';
  if (start.startsWith('{')) {
    const end = start.indexOf('\n');
    if (end === -1 || isJsonObject(start.slice(0, end))) return 'ndjson';
  }
  if (start.startsWith('{') || /^\[\s*[[{\]]/.test(start)) {
    throw new ImportError(
      'json_not_lines',
      `${filename} is JSON, but not NDJSON: write one object per line, without an array around them (jq -c '.[]')`,
    );
  }
  return 'delimited';
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

type Encoding = 'utf-8' | 'gb18030' | 'utf-16le';

const BOMS: ReadonlyArray<readonly [Encoding, readonly number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
];
// A big file may have a broken character somewhere; a wrong encoding breaks nearly all of them.
const MAX_BROKEN_SHARE = 0.01;

/**
 * The encoding of a text by its first bytes: by its byte order mark, else UTF-8 if it can be, else GB18030. A
 * character cut off at the end is no error.
 * @throws ImportRefused when it is neither, or no text at all
 */
function detectEncoding(head: Uint8Array): Encoding {
  const marked = BOMS.find(([, bom]) => bom.every((byte, i) => head[i] === byte));
  const found = marked?.[0] ?? (['utf-8', 'gb18030'] as const).find((encoding) => decodes(head, encoding));
  if (head.includes(0) && found !== 'utf-16le') throw notTextError(head);
  if (found === undefined) {
    throw new ImportError(
      'encoding_unknown',
      'the text is neither UTF-8 nor GB18030; save it as UTF-8 (in Excel: "CSV UTF-8")',
    );
  }
  return found;
}

function decodes(head: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return mostlyDecodes(head, encoding);
  }
}

function mostlyDecodes(head: Uint8Array, encoding: Encoding): boolean {
  const text = new TextDecoder(encoding).decode(head, { stream: true });
  let [broken, foreign] = [0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    foreign += 1;
    if (code === 0xfffd) broken += 1;
  }
  return broken <= foreign * MAX_BROKEN_SHARE;
}

function notTextError(head: Uint8Array): ImportError {
  const zipped = head[0] === 0x50 && head[1] === 0x4b;
  return new ImportError(
    'not_text',
    zipped
      ? 'this is a ZIP file or an Excel workbook (.xlsx); save the sheet as CSV, or unpack it, and import that'
      : 'this is no text file; CSV, TSV, blank-separated text, NDJSON and XML rows can be imported, plain or gzipped',
  );
}
