import {
  type DetectedFormat,
  detectFileFormat,
  gunzipHead,
  HEAD_BYTES,
} from '#lib/imports/formats/file-format.ts';
import { rowParser } from '#lib/imports/formats/read-rows.ts';
import { type CallOutcome, compileMapping, mapRow } from './map-row.ts';
import type { Mapping } from './schema.ts';
import { formatHints } from './schema.ts';

export interface Preview {
  recognised: DetectedFormat;
  rows: Array<{
    line: number;
    /** the row as it was read, by column; undefined if it could not be read */
    input: Readonly<Record<string, unknown>> | undefined;
    outcomes: CallOutcome[];
  }>;
}

/**
 * What would become of a file's first rows.
 * @param head the file's first bytes, `HEAD_BYTES` of them; fewer are taken for the whole file
 * @throws ImportRefused as `recognise` and `compileMapping` do
 */
export function previewRows(
  head: Uint8Array,
  filename: string,
  mapping: Mapping | undefined,
  { limit = 20, timeZone }: { limit?: number; timeZone?: string } = {},
): Preview {
  const recognised = detectFileFormat(head, filename, formatHints(mapping));
  const compiled = compileMapping(mapping, recognised, timeZone === undefined ? {} : { timeZone });
  const bytes = recognised.compression === 'gzip' ? gunzipHead(head, filename) : head;
  const text = new TextDecoder(recognised.encoding).decode(bytes, { stream: true });
  const rows = rowParser(recognised)(text, head.byteLength < HEAD_BYTES);
  return {
    recognised,
    rows: rows.slice(0, limit).map((row) => ({
      line: row.line,
      input:
        row.error === undefined
          ? (row.object ??
            Object.fromEntries(recognised.columns.map((name, i) => [name, row.cells[i] ?? ''])))
          : undefined,
      outcomes: mapRow(row, compiled),
    })),
  };
}
