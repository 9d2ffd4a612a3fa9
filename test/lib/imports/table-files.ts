import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { IngestContext } from '#lib/events/parse-call.ts';
import { type DetectedFormat, detectFileFormat } from '#lib/imports/formats/file-format.ts';
import { readRows } from '#lib/imports/formats/read-rows.ts';
import type { Row } from '#lib/imports/formats/row.ts';

/** Text as GB18030, for the characters that have two bytes in it. */
export function gb18030(text: string): Buffer {
  return Buffer.concat([...text].map((character) => Buffer.from(twoBytes().get(character) ?? character)));
}

let table: Map<string, number[]> | undefined;

function twoBytes(): Map<string, number[]> {
  if (table !== undefined) return table;
  table = new Map();
  const decoder = new TextDecoder('gb18030');
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (character.length === 1 && character !== '\ufffd') table.set(character, [lead, trail]);
    }
  }
  return table;
}

/** Cuts bytes at some places, given as shares of their length. */
export async function* pieces(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const at = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
  for (let i = 0; i + 1 < at.length; i += 1) yield bytes.subarray(at[i], at[i + 1]);
}

/** All rows of a file. */
export async function readAllRows(
  bytes: Uint8Array,
  {
    cuts,
    recognised = detectFileFormat(bytes, 'file'),
  }: { cuts?: readonly number[]; recognised?: DetectedFormat } = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(pieces(bytes, cuts), recognised)) rows.push(...batch.rows);
  return rows;
}

/** A delimited file: what was written, and how. */
export interface TableFile {
  bytes: Buffer;
  delimiter: ',' | '\t' | ';' | '|';
  rows: Array<{ line: number; cells: string[] }>;
}

const cell = fc.string({ unit: fc.constantFrom(...'ab1 ,;|\t"\n\r知识付费'), maxLength: 8 });

/** Any table of cells, as a file in any of the shapes that can be imported. */
export const tableFile: fc.Arbitrary<TableFile> = fc
  .record({
    width: fc.integer({ min: 2, max: 5 }),
    cells: fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { maxLength: 12 }),
    delimiter: fc.constantFrom(',', '\t', ';', '|'),
    newline: fc.constantFrom('\n', '\r\n'),
    quoteAll: fc.boolean(),
    lastNewline: fc.boolean(),
    blankLines: fc.boolean(),
    encoding: fc.constantFrom('utf-8', 'bom', 'gb18030'),
    gzip: fc.constantFrom('no', 'one', 'two'),
  })
  .map((shape) => {
    const header = ['编号', 'name', '内容', 'd', 'e'].slice(0, shape.width);
    const rows = shape.cells.map((cells) => cells.slice(0, shape.width));
    const written = [header, ...rows].map((cells) =>
      cells.map((text) => quoted(text, shape.delimiter, shape.quoteAll)).join(shape.delimiter),
    );
    const blank = shape.blankLines ? shape.newline : '';
    const text = written.join(shape.newline + blank) + (shape.lastNewline ? shape.newline : '');
    const plain =
      shape.encoding === 'gb18030'
        ? gb18030(text)
        : Buffer.from((shape.encoding === 'bom' ? '\ufeff' : '') + text);
    let line = 1;
    const lines = written.map((row) => {
      const first = line;
      line += row.split('\n').length + (shape.blankLines ? 1 : 0);
      return first;
    });
    return {
      bytes: packed(plain, shape.gzip),
      delimiter: shape.delimiter,
      rows: rows.map((cells, i) => ({ line: lines[i + 1]!, cells })),
    };
  });

/** A cell as RFC 4180 has it; what need not be quoted is only quoted if all are. */
export function quoted(text: string, delimiter: string, always: boolean): string {
  const needed = text.startsWith('"') || text.includes(delimiter) || /[\r\n]/.test(text);
  return needed || always ? `"${text.replaceAll('"', '""')}"` : text;
}

function packed(plain: Buffer, gzip: 'no' | 'one' | 'two'): Buffer {
  if (gzip === 'no') return plain;
  if (gzip === 'one') return gzipSync(plain);
  const half = plain.length >> 1;
  return Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))]);
}

/** What an import gives each of its calls. */
export const ingestContext: IngestContext = {
  receivedAt: Date.UTC(2025, 0),
  receivedIso: '2025-01-01T00:00:00.000Z',
  expiresAt: Date.UTC(2026, 0) / 1000,
  randomId: () => 'random',
};
