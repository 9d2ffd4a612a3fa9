import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ImportError } from '#lib/imports/import-error.ts';
import type { DetectedFormat } from './file-format.ts';
import type { Row, RowBatch } from './row.ts';
import { parseDelimited, parseNdjson, parseXmlRows } from './row-parsers.ts';

import { type RawRow, rowSplitter } from './row-splitter.ts';

const BATCH_ROWS = 500;
const PIECE_BYTES = 64 * 1024;

/**
 * Reads a file's rows as it arrives. Memory stays flat: a few pieces of 64 KB, and at most one row of 1 MB. Nothing
 * is read ahead of what the caller takes, but for those pieces; leaving the loop closes the source.
 * @param chunks the file as it is stored, packed or not, cut anywhere
 * @returns batches of at most 500 rows, in the order of the file. Rows that cannot be read are among them, as
 * refused.
 * @throws ImportRefused (`gzip_broken`) when the compressed data end early or are corrupt; the rows before are
 * delivered
 */
export async function* readRows(
  chunks: AsyncIterable<Uint8Array>,
  recognised: DetectedFormat,
): AsyncGenerator<RowBatch, void, undefined> {
  const progress = { bytesRead: 0 };
  const source = countBytes(chunks, progress);
  const bytes = recognised.compression === 'gzip' ? gunzipPieces(source) : source;
  const parseRows = rowParser(recognised);
  const decoder = new TextDecoder(recognised.encoding);
  for await (const piece of bytes) yield* batches(parseRows(decoder.decode(piece, { stream: true }), false));
  yield* batches(parseRows(decoder.decode(), true));

  function* batches(rows: Row[]): Generator<RowBatch> {
    for (let at = 0; at < rows.length; at += BATCH_ROWS) {
      yield { rows: rows.slice(at, at + BATCH_ROWS), bytesRead: progress.bytesRead };
    }
  }
}

/** Takes the next piece of a file's text (and whether it is the last), gives the rows that are complete with it. */
export function rowParser(recognised: DetectedFormat): (text: string, last: boolean) => Row[] {
  const { delimiter, format, headerLine, newline } = recognised;
  const frames = rowSplitter(format === 'delimited' && delimiter !== 'blank' ? delimiter : undefined);
  const columns = recognised.columns.length;
  return (text, last) => {
    const cut = frames(newline === '\r' ? text.replaceAll('\r', '\n') : text, last);
    if (format === 'ndjson') return parseNdjson(cut);
    if (format === 'xml-rows') return parseXmlRows(cut);
    const rows: RawRow[] = headerLine === 0 ? cut : cut.filter(({ line }) => line > headerLine);
    return parseDelimited(rows, delimiter ?? ',', columns);
  };
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  progress: { bytesRead: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.bytesRead += chunk.byteLength;
    // A source may come in one piece; what is made of it must not be in memory all at once.
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
  }
}

async function* gunzipPieces(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  const source = Readable.from(packed, { objectMode: false });
  const done = pipeline(source, gunzip).catch(() => undefined); // the reader below sees the same error
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) throw error;
    throw new ImportError(
      'gzip_broken',
      'the gzip data end early or are corrupt from here on; upload the file again',
      { cause: error },
    );
  } finally {
    gunzip.destroy();
    await done;
  }
}
