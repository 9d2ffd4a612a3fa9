import { andThen, type Outcome } from '#lib/events/outcome.ts';
import { type IngestContext, parseCall } from '#lib/events/parse-call.ts';
import {
  type DetectedFormat,
  detectFileFormat,
  gunzipHead,
  HEAD_BYTES,
} from '#lib/imports/formats/file-format.ts';
import { rowParser } from '#lib/imports/formats/read-rows.ts';
import type { MappedCall } from './compile-call.ts';
import { compileMapping, mapRow } from './map-row.ts';
import { formatHints, type Mapping } from './schema.ts';

export interface Preview {
  recognised: DetectedFormat;
  rows: Array<{
    line: number;
    /** the row as it was read, by column; undefined if it could not be read */
    input: Readonly<Record<string, unknown>> | undefined;
    outcomes: Outcome<MappedCall>[];
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

/**
 * What an import would make of a file's first rows: as `previewRows`, and each call is checked as the import will.
 * @param head the file's first bytes; of more than `HEAD_BYTES` the rest is not looked at
 * @param now milliseconds since 1970
 * @throws ImportRefused
 */
export function checkedPreview(
  head: Uint8Array,
  filename: string,
  mapping: Mapping | undefined,
  { timeZone, now }: { timeZone: string; now: number },
): Preview {
  const reception: IngestContext = {
    receivedAt: now,
    receivedIso: new Date(now).toISOString(),
    expiresAt: 0,
    randomId: () => 'none',
  };
  const preview = previewRows(head.subarray(0, HEAD_BYTES), filename, mapping, { timeZone });
  const rows = preview.rows.map((row) => ({
    ...row,
    outcomes: row.outcomes.map((mapped) => checkCall(mapped, reception)),
  }));
  return { ...preview, rows };
}

/** The call as it was mapped, unless it would be rejected. */
const checkCall = (mapped: Outcome<MappedCall>, reception: IngestContext): Outcome<MappedCall> =>
  andThen(mapped, (call) => andThen(parseCall(call.call, call.type, reception), () => call));
