import { constants, gunzipSync } from 'node:zlib';
import { isObject } from '#lib/events/parse-call.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { parseNdjson, parseXmlRows } from './object-rows.ts';
import type { Delimiter } from './row-parsers.ts';
import { rowSplitter } from './row-splitter.ts';
import type { FormatHints } from './table-format.ts';
import { detectTable } from './table-format.ts';
import { detectEncoding, type Encoding } from './text-encoding.ts';

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
 * What a file is, by its content; the name is only used to tell what is wrong. Hints win.
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
